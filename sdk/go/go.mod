module baton.dev/skill

go 1.27
