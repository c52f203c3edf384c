package skill

import (
	"fmt"
	"runtime/debug"
	"strings"

	"baton.dev/skill/internal/contract/baton_skill_log"
)

// Ends the program as a fault. The runtime's own way would say it all again.
//
//go:wasmimport wasi_snapshot_preview1 proc_exit
func trap(code int32)

// A panic is told to the operator, with the lines of the skill, and is a fault.
func reportPanic() {
	if why := recover(); why != nil {
		baton_skill_log.Write("error", fmt.Sprintf("panic: %v\n%s", why, stack()))
		trap(2)
	}
}

// The lines of the stack up to the SDK's, without what comes before the panic.
func stack() string {
	lines := strings.Split(string(debug.Stack()), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "panic(") {
			lines = lines[i+2:]
			break
		}
	}
	var kept []string
	for i := 0; i+1 < len(lines); i += 2 {
		if strings.HasPrefix(lines[i], "baton.dev/skill.") {
			break
		}
		kept = append(kept, lines[i], lines[i+1])
	}
	return strings.Join(kept, "\n")
}
