//go:build !wasm

// Package skilltest tests skills with `go test`, without a host: a desk answers
// what the skill asks of capabilities, and records it.
//
//	desk := skilltest.New().Answers("billing", "Because.")
//	target := desk.Target("My stock is down")
package skilltest

import (
	"encoding/json"
	"slices"
	"time"

	"baton.dev/skill"
	"baton.dev/skill/internal/contract/baton_skill_agents"
	"baton.dev/skill/internal/contract/baton_skill_discovery"
	"baton.dev/skill/internal/contract/baton_skill_http"
	"baton.dev/skill/internal/contract/baton_skill_payments"
)

// Asked is a question that an agent was asked.
type Asked struct{ Agent, Text string }

// Opened is a ticket that the skill has opened.
type Opened struct {
	Reason  string
	Details skill.Pairs
}

// Desk is the host's part in a test. What the skill did is in its fields.
type Desk struct {
	Queries  []Asked
	Tickets  []Opened
	Log      []string
	Searches []string
	Requests []string
	Payments []string
	// Values are what is stored, Metadata what the conversation remembers, as JSON.
	Values, Metadata map[string]string
	// Memory is what the skill remembers; nil: nothing.
	Memory []byte

	answers  map[string]baton_skill_agents.Answer
	failing  map[string]string
	config   map[string]string
	profile  skill.Pairs
	found    []baton_skill_discovery.Found
	served   map[string]baton_skill_http.Response
	prices   map[string]baton_skill_payments.Money
	wallet   []baton_skill_payments.Money
	versions map[string]uint64
	time     time.Time
	seed     uint64
	denied   func(capability string) bool
	work     map[int32]any
}

// New is a desk that grants everything, at which nobody is.
func New() *Desk {
	return &Desk{
		Values: map[string]string{}, Metadata: map[string]string{},
		answers: map[string]baton_skill_agents.Answer{}, failing: map[string]string{},
		config: map[string]string{}, served: map[string]baton_skill_http.Response{},
		prices: map[string]baton_skill_payments.Money{}, versions: map[string]uint64{},
		time: time.UnixMilli(1_700_000_000_000), seed: 1,
		denied: func(string) bool { return false }, work: map[int32]any{},
	}
}

// Denying is a desk that grants nothing.
func Denying() *Desk {
	desk := New()
	desk.denied = func(string) bool { return true }
	return desk
}

// Without grants all but these capabilities.
func (d *Desk) Without(capabilities ...string) *Desk {
	d.denied = func(one string) bool { return slices.Contains(capabilities, one) }
	return d
}

// Answers: the agent is there, and answers this.
func (d *Desk) Answers(agent, reply string) *Desk {
	d.answers[agent] = baton_skill_agents.Answer{Agent: agent, Reply: reply}
	return d
}

// Fails: the agent is there, and cannot answer.
func (d *Desk) Fails(agent, why string) *Desk {
	d.failing[agent] = why
	return d
}

// Configured is what the operator has set.
func (d *Desk) Configured(name string, value any) *Desk {
	d.config[name] = written(value)
	return d
}

// Knowing is what the operator's directory says of the user.
func (d *Desk) Knowing(name string, value any) *Desk {
	d.profile = append(d.profile, skill.Pair{Name: name, Value: written(value)})
	return d
}

// Stored is what the skill has stored before.
func (d *Desk) Stored(key string, value any) *Desk {
	d.keep(key, written(value))
	return d
}

// Finds is what searches find, the best first.
func (d *Desk) Finds(agent string, score float64) *Desk {
	d.found = append(d.found, baton_skill_discovery.Found{Agent: agent, Score: score})
	return d
}

// Serves is what the web answers at an address.
func (d *Desk) Serves(url string, status uint16, body string) *Desk {
	d.served[url] = baton_skill_http.Response{Status: status, Body: []byte(body)}
	return d
}

// Priced is what an answer of the agent costs, in millionths.
func (d *Desk) Priced(agent string, millionths uint64, currency string) *Desk {
	d.prices[agent] = baton_skill_payments.Money{Millionths: millionths, Currency: currency}
	return d
}

// Wallet is what the user can spend, in millionths. Without one nothing is paid.
func (d *Desk) Wallet(millionths uint64, currency string) *Desk {
	d.wallet = append(d.wallet, baton_skill_payments.Money{Millionths: millionths, Currency: currency})
	return d
}

// At is the turn's time.
func (d *Desk) At(now time.Time) *Desk {
	d.time = now
	return d
}

func (d *Desk) keep(key, value string) {
	d.Values[key] = value
	d.versions[key]++
}

func written(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}
