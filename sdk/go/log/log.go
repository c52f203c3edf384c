// Package log is lines for the operator, with skill and conversation. What is
// printed becomes lines, too.
package log

import contract "baton.dev/skill/internal/contract/baton_skill_log"

// Error is what went wrong.
func Error(message string) { contract.Write("error", message) }

// Warn is what may go wrong.
func Warn(message string) { contract.Write("warn", message) }

// Info is what happened.
func Info(message string) { contract.Write("info", message) }

// Debug is for whoever looks for faults.
func Debug(message string) { contract.Write("debug", message) }
