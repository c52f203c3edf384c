package skill

import (
	"time"

	"baton.dev/skill/internal/contract/baton_skill_manifest"
	"baton.dev/skill/internal/contract/baton_skill_types"
	wit "baton.dev/skill/internal/wit/types"
)

// Condition says more about a condition.
type Condition func(*baton_skill_manifest.Handoff)

// Handoff hands over to the agent when the condition holds.
func (s *Skill) Handoff(agent string, holds func(*Query) bool, says ...Condition) *Skill {
	return s.handoff(agent, nameOf(holds), func(query *Query) *Proposal {
		if holds(query) {
			return To(agent)
		}
		return nil
	}, says)
}

// Propose hands over when the condition gives a proposal. Where the agent is
// empty, the proposal names it.
func (s *Skill) Propose(agent string, propose func(*Query) *Proposal, says ...Condition) *Skill {
	return s.handoff(agent, nameOf(propose), propose, says)
}

// Route hands over to the agent that the condition names; "" is none.
func (s *Skill) Route(name func(*Query) string, says ...Condition) *Skill {
	return s.handoff("", nameOf(name), func(query *Query) *Proposal {
		if agent := name(query); agent != "" {
			return To(agent)
		}
		return nil
	}, says)
}

// Keywords hands over when one of the words is in the text, in any case. The
// skill is not called for it.
func (s *Skill) Keywords(agent, name string, words ...string) *Skill {
	return s.handoff(agent, name, nil, []Condition{Triggers(words...)})
}

func (s *Skill) handoff(agent, name string, condition func(*Query) *Proposal, says []Condition) *Skill {
	handoff := baton_skill_manifest.Handoff{
		Name:      name,
		Target:    wit.Of(agent),
		DecidedBy: "condition",
		Reason:    "specialization",
		Mode:      "warm",
		Ownership: "moves",
	}
	if condition == nil {
		handoff.DecidedBy = "triggers"
	}
	for _, say := range says {
		say(&handoff)
	}
	s.manifest.Handoffs = append(s.manifest.Handoffs, handoff)
	s.conditions = append(s.conditions, condition)
	return s
}

// Name is another name than the function's.
func Name(name string) Condition {
	return func(h *baton_skill_manifest.Handoff) { h.Name = name }
}

// Says is the condition in words.
func Says(text string) Condition {
	return func(h *baton_skill_manifest.Handoff) { h.Description = text }
}

// Triggers promises that the condition can only hold when one of these occurs in
// the text, in any case. The host then asks for those messages alone.
func Triggers(words ...string) Condition {
	return func(h *baton_skill_manifest.Handoff) { h.Triggers = words }
}

// The words for priorities. Above Normal is a grant.
const (
	High   = 100
	Normal = 0
	Low    = -100
)

// Priority decides between conditions that hold.
func Priority(priority int32) Condition {
	return func(h *baton_skill_manifest.Handoff) { h.Priority = priority }
}

// Timeout is how long the agent may take.
func Timeout(limit time.Duration) Condition {
	return func(h *baton_skill_manifest.Handoff) { h.TimeoutMs = wit.Some(uint32(limit.Milliseconds())) }
}

// Scopes are what the caller must have been authorized for.
func Scopes(scopes ...string) Condition {
	return func(h *baton_skill_manifest.Handoff) { h.Scopes = scopes }
}

// Reason is one of the contract's codes.
func Reason(code string) Condition {
	return func(h *baton_skill_manifest.Handoff) { h.Reason = code }
}

// Mode is `warm`, `cold`, `supervised`, `broadcast` or `delegation`.
func Mode(mode string) Condition {
	return func(h *baton_skill_manifest.Handoff) { h.Mode = mode }
}

// Returns gives the conversation back after the turn.
func Returns() Condition {
	return func(h *baton_skill_manifest.Handoff) { h.Ownership = "returns" }
}

// History is how much of the conversation the agent sees: `full`, `last:10`,
// `summary` or `none`.
func History(policy string) Condition {
	return func(h *baton_skill_manifest.Handoff) {
		h.Extra = append(h.Extra, Pair{Name: "history", Value: JSON(policy)})
	}
}

// Metadata is said of each handoff.
func Metadata(name string, value any) Condition {
	return func(h *baton_skill_manifest.Handoff) {
		h.Metadata = append(h.Metadata, Pair{Name: name, Value: JSON(value)})
	}
}

func (s *Skill) evaluate(given baton_skill_types.Query, asked []uint32) []baton_skill_types.Verdict {
	defer reportPanic()
	s.recall()
	query := queryOf(given)
	verdicts := make([]baton_skill_types.Verdict, len(asked))
	for i, position := range asked {
		verdicts[i] = baton_skill_types.MakeVerdictPass()
		if int(position) >= len(s.conditions) || s.conditions[position] == nil {
			continue
		}
		if proposal := s.conditions[position](query); proposal != nil {
			made := proposal.made
			if made.Target == "" {
				made.Target = s.manifest.Handoffs[position].Target.SomeOr("")
			}
			verdicts[i] = baton_skill_types.MakeVerdictHandOff(made)
		}
	}
	return verdicts
}
