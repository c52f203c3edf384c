// Package agents is other agents: who there is, and asking them beside the
// conversation. Goroutines that ask do so at the same time.
package agents

import (
	"time"

	"baton.dev/skill"
	"baton.dev/skill/internal/await"
	contract "baton.dev/skill/internal/contract/baton_skill_agents"
	"baton.dev/skill/internal/contract/baton_skill_waiting"
	wit "baton.dev/skill/internal/wit/types"
)

// Agent is what is known of an agent. State is `ready`, `busy` or `down`.
type Agent = contract.Agent

// Answer is what an agent answered.
type Answer = contract.Answer

// List is all agents that this skill may ask.
func List() ([]Agent, error) { return skill.Settle(contract.ListAgents()) }

// Describe is what is known of one agent.
func Describe(name string) (Agent, error) { return skill.Settle(contract.DescribeAgent(name)) }

// Available is whether a handoff to it would be accepted now.
func Available(name string) (bool, error) { return skill.Settle(contract.Available(name)) }

// Pending is a query under way.
type Pending struct{ work *baton_skill_waiting.Pending }

// Start begins to ask an agent. A limit of 0 is the operator's.
func Start(agent, text string, limit time.Duration) (*Pending, error) {
	most := wit.Of(uint32(limit.Milliseconds()))
	work, err := skill.Settle(contract.StartQuery(agent, text, most))
	if err != nil {
		return nil, err
	}
	return &Pending{work}, nil
}

// Wait is the answer; it waits for it if need be.
func (p *Pending) Wait() (Answer, error) {
	await.Done(p.work)
	return skill.Settle(contract.FinishQuery(p.work))
}

// Cancel gives the query up.
func (p *Pending) Cancel() { p.work.Drop() }

// Query asks an agent and waits for its answer. The conversation does not move.
func Query(agent, text string) (Answer, error) { return QueryWithin(agent, text, 0) }

// QueryWithin is Query that gives up after a while.
func QueryWithin(agent, text string, limit time.Duration) (Answer, error) {
	pending, err := Start(agent, text, limit)
	if err != nil {
		return Answer{}, err
	}
	return pending.Wait()
}

// Question is what an agent is asked.
type Question struct{ Agent, Text string }

// Reply is what came of a question.
type Reply struct {
	Answer
	Err error
}

// QueryAll asks several agents at the same time. The replies stand in the order
// of the questions, and take as long as the slowest.
func QueryAll(questions ...Question) []Reply {
	replies := make([]Reply, len(questions))
	started := make([]*Pending, len(questions))
	// All are under way before the first is waited for.
	for i, question := range questions {
		started[i], replies[i].Err = Start(question.Agent, question.Text, 0)
	}
	for i, pending := range started {
		if pending != nil {
			replies[i].Answer, replies[i].Err = pending.Wait()
		}
	}
	return replies
}
