package main

import (
	"testing"

	"baton.dev/skill/skilltest"
)

// `go test` runs natively, without a host; `baton skill test` in the sandbox.
func TestARefundGoesToTheSpecialistWithTheNumberOfTheOrder(t *testing.T) {
	desk := skilltest.New()
	if target := desk.Target("I want my money back"); target != "specialist" {
		t.Errorf("it goes to %q", target)
	}
	patch, err := desk.Before("note-order", skilltest.Handoff("specialist", "A refund for 4711"))
	if err != nil || len(patch.Findings) != 1 || patch.Findings[0].Value != "4711" {
		t.Errorf("%v, %v", patch, err)
	}
}

func TestTheToolSaysWhatItLacks(t *testing.T) {
	_, err := skilltest.New().Call("find-order", map[string]string{"text": "I forgot."})
	if err == nil {
		t.Error("it found an order")
	}
}
