package skill

import (
	"time"

	"baton.dev/skill/internal/contract/baton_skill_types"
)

// Handoff is what the target of a handoff receives.
type Handoff struct {
	ID           string
	Conversation string
	// Task stays the same over all handoffs that work on one message.
	Task string
	// User is empty for an unknown visitor.
	User           string
	Source, Target string
	Reason         string
	// OriginalTask is the user's message that set this off.
	OriginalTask string
	Summary      string
	// State is what has been done so far.
	State        string
	Facts        []string
	Decisions    []string
	Findings     Pairs
	Confidence   float64
	Instructions string
	// Chain are the agents that held the task before, oldest first.
	Chain    []string
	Metadata Pairs
	Created  time.Time
	// Expires is zero if it does not.
	Expires time.Time
	// Trust is from 0 to 100; the lowest of its sources.
	Trust uint8
	Extra Pairs
}

func handoffOf(c baton_skill_types.HandoffContext) *Handoff {
	h := &Handoff{
		ID: c.Id, Conversation: c.Conversation, Task: c.Task, User: c.User.SomeOr(""),
		Source: c.Source, Target: c.Target, Reason: c.Reason, OriginalTask: c.OriginalTask,
		Summary: c.Summary, State: c.State, Facts: c.Facts, Decisions: c.Decisions,
		Findings: c.Findings, Confidence: c.Confidence, Instructions: c.Instructions,
		Chain: c.Chain, Metadata: c.Metadata, Created: time.UnixMilli(int64(c.Created)),
		Trust: c.Trust, Extra: c.Extra,
	}
	if c.Expires.IsSome() {
		h.Expires = time.UnixMilli(int64(c.Expires.Some()))
	}
	return h
}

// Outcome is how a handoff ended.
type Outcome struct {
	Success bool
	// Agent gave the reply.
	Agent, Reply string
	Insights     Pairs
	// Error is why it failed.
	Error string
	// Fallback: the reply comes from somebody other than the target.
	Fallback bool
	// Took is how long the target took.
	Took  time.Duration
	Extra Pairs
}

func outcomeOf(o baton_skill_types.Outcome) *Outcome {
	return &Outcome{
		Success: o.Success, Agent: o.Agent, Reply: o.Reply, Insights: o.Insights,
		Error: o.Error.SomeOr(""), Fallback: o.Fallback,
		Took: time.Duration(o.Milliseconds) * time.Millisecond, Extra: o.Extra,
	}
}
