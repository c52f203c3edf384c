// Package handoffs is the handoffs of the present conversation.
package handoffs

import (
	"baton.dev/skill"
	contract "baton.dev/skill/internal/contract/baton_skill_handoffs"
	wit "baton.dev/skill/internal/wit/types"
)

// Handoff is one of them. State is `active`, `completed` or `failed`.
type Handoff = contract.Handoff

// History is at most `limit` handoffs before the one with the id `before` (""
// for the newest), oldest first. At most 100 a call.
func History(before string, limit int) ([]Handoff, error) {
	return skill.Settle(contract.History(wit.Of(before), uint32(limit)))
}

// Active are those whose target has not answered yet, oldest first.
func Active() ([]Handoff, error) { return skill.Settle(contract.Active()) }
