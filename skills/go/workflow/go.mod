module workflow

go 1.27

require baton.dev/skill v0.1.0
