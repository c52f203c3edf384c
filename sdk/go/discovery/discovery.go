// Package discovery is agents by what they are good at.
package discovery

import (
	"baton.dev/skill"
	"baton.dev/skill/internal/await"
	contract "baton.dev/skill/internal/contract/baton_skill_discovery"
)

// Found is an agent, and how likely it is the right one.
type Found struct {
	Agent string
	// Score is from 0 to 1; all of one search add up to 1 at most.
	Score float64
	// Skill is the one it offers that fits best, and Why what it says that is
	// nearest.
	Skill, Why string
	Extra      skill.Pairs
}

// FindAgents finds whom the conversation may be handed to for what somebody
// wants, best first.
func FindAgents(intent string, most int) ([]Found, error) {
	work, err := skill.Settle(contract.StartFind(intent, uint32(most)))
	if err != nil {
		return nil, err
	}
	await.Done(work)
	given, err := skill.Settle(contract.FinishFind(work))
	found := make([]Found, len(given))
	for i, f := range given {
		found[i] = Found{f.Agent, f.Score, f.Skill.SomeOr(""), f.Why.SomeOr(""), f.Extra}
	}
	return found, err
}
