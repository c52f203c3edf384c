// Package tickets is requests that wait for a person.
package tickets

import (
	"baton.dev/skill"
	contract "baton.dev/skill/internal/contract/baton_skill_tickets"
)

// Ticket is one of them. State is `open`, `claimed` or `closed`.
type Ticket = contract.Ticket

// Open opens a ticket about the present conversation, for the turn's user.
func Open(reason string, details ...skill.Pair) (Ticket, error) {
	return skill.Settle(contract.Open(reason, details))
}

// ListOpen are the tickets of the turn's user that are not closed.
func ListOpen() ([]Ticket, error) { return skill.Settle(contract.ListOpen()) }
