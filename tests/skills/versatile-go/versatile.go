// Does what the message says, for the tests of the SDK.
package main

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"baton.dev/skill"
	"baton.dev/skill/agents"
)

var memory struct {
	Handoffs int `json:"handoffs"`
}

func main() {}

func init() {
	skill.New("versatile", skill.Description("Does what the message says.")).
		Memory(&memory).
		Propose("target", goesByTheMessage, skill.Returns(), skill.Metadata("size", 3)).
		Keywords("target", "by-a-word", "shortcut").
		BeforeHandoff(enrich).
		AfterHandoff(count, skill.Targets("target")).
		Tool("add-up", "Adds two numbers.", skill.FuncFor(addUp), skill.Reads()).
		Tool("echo", "", skill.Func(echo), skill.Reads()).
		Tool("ask-all", "", skill.Func(askAll), skill.Reads())
}

func goesByTheMessage(query *skill.Query) *skill.Proposal {
	if query.Mentions("null") {
		var nothing *skill.Query
		return skill.To(nothing.Text)
	}
	if query.Mentions("loop") {
		for {
		}
	}
	if query.Mentions("for ever") {
		select {}
	}
	if query.Mentions("sleep") {
		before := time.Now()
		time.Sleep(time.Hour)
		fmt.Println("slept, and it is", time.Since(before) >= time.Hour, before.UTC().Year() > 2000)
	}
	if !query.Mentions("please") {
		return nil
	}
	return skill.Yes().Finding("handoffs", memory.Handoffs).Confidence(0.75)
}

func enrich(handoff *skill.Handoff) (*skill.Patch, error) {
	if strings.Contains(handoff.OriginalTask, "refuse") {
		return nil, skill.Refuse("not-allowed", "not \"today\"")
	}
	return new(skill.Patch).
		Fact(handoff.Target + " is to answer.").
		Metadata("tier", "gold").
		Instructions("Be brief."), nil
}

func count(*skill.Handoff, *skill.Outcome) (*skill.Patch, error) {
	memory.Handoffs++
	return new(skill.Patch).Remember("handoffs", memory.Handoffs), nil
}

type numbers struct {
	A float64 `json:"a"`
	B float64 `json:"b"`
}

type sum struct {
	Sum float64 `json:"sum"`
	For string  `json:"for"`
}

func addUp(numbers numbers, caller *skill.Caller) (sum, error) {
	return sum{numbers.A + numbers.B, caller.Kind}, nil
}

func echo(arguments struct {
	Text string `json:"text"`
}) (string, error) {
	return arguments.Text, nil
}

// Each agent is asked by a goroutine of its own.
func askAll(struct{}) (string, error) {
	names := []string{"one", "two", "nobody", "three"}
	replies := make([]string, len(names))
	var all sync.WaitGroup
	for i, name := range names {
		all.Go(func() {
			answer, err := agents.Query(name, string(rune('a'+i)))
			if err != nil {
				answer.Reply = "error 2"
			}
			replies[i] = answer.Reply + ";"
		})
	}
	all.Wait()
	return strings.Join(replies, ""), nil
}
