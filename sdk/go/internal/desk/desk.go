// Package desk is where the exports of the component find the skill.
package desk

import (
	"baton.dev/skill/internal/contract/baton_skill_manifest"
	"baton.dev/skill/internal/contract/baton_skill_tools"
	"baton.dev/skill/internal/contract/baton_skill_types"
	wit "baton.dev/skill/internal/wit/types"
)

type (
	patch   = baton_skill_types.Patch
	refusal = baton_skill_types.Refusal
	context = baton_skill_types.HandoffContext
)

var (
	// Describe is `manifest.describe`.
	Describe func() baton_skill_manifest.Skill
	// Evaluate is `router.evaluate`.
	Evaluate func(baton_skill_types.Query, []uint32) []baton_skill_types.Verdict
	// Before is `before-handoff.run`.
	Before func(uint32, context) wit.Result[patch, refusal]
	// After is `after-handoff.run`.
	After func(uint32, context, baton_skill_types.Outcome) wit.Result[patch, refusal]
	// Call is `tools.call`.
	Call func(name, arguments string, caller baton_skill_tools.Caller) wit.Result[string, baton_skill_tools.ToolError]
)
