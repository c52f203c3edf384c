//go:build !wasm

package skilltest

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"baton.dev/skill"
	"baton.dev/skill/internal/contract/baton_skill_agents"
	"baton.dev/skill/internal/contract/baton_skill_clock"
	"baton.dev/skill/internal/contract/baton_skill_config"
	"baton.dev/skill/internal/contract/baton_skill_conversation"
	"baton.dev/skill/internal/contract/baton_skill_discovery"
	"baton.dev/skill/internal/contract/baton_skill_handoffs"
	"baton.dev/skill/internal/contract/baton_skill_http"
	"baton.dev/skill/internal/contract/baton_skill_log"
	"baton.dev/skill/internal/contract/baton_skill_random"
	"baton.dev/skill/internal/contract/baton_skill_state"
	"baton.dev/skill/internal/contract/baton_skill_storage"
	"baton.dev/skill/internal/contract/baton_skill_tickets"
	"baton.dev/skill/internal/contract/baton_skill_types"
	"baton.dev/skill/internal/contract/baton_skill_waiting"
	wit "baton.dev/skill/internal/wit/types"
)

// The desk of the call under way.
var present = New()

type (
	failure = baton_skill_types.Error
	work    = *baton_skill_waiting.Pending
	unit    = wit.Unit
)

func fails[T any](code, message string) wit.Result[T, failure] {
	return wit.Err[T](failure{Code: code, Message: message})
}

func gives[T any](value T) wit.Result[T, failure] { return wit.Ok[T, failure](value) }

// What a capability gives, if it is granted.
func granted[T any](capability string, give func() wit.Result[T, failure]) wit.Result[T, failure] {
	if present.denied(capability) {
		return fails[T]("not-granted", "`"+capability+"` is not granted")
	}
	return give()
}

// Work whose result is there already: nobody really waits.
func begun[T any](capability string, result func() wit.Result[T, failure]) wit.Result[work, failure] {
	return granted(capability, func() wit.Result[work, failure] {
		handle := int32(len(present.work) + 1)
		present.work[handle] = result()
		return gives(baton_skill_waiting.PendingFromBorrowHandle(handle))
	})
}

func finish[T any](handle work) wit.Result[T, failure] {
	result, fits := present.work[handle.TakeHandle()].(wit.Result[T, failure])
	if !fits {
		return fails[T]("wrong-handle", "this work is of another kind")
	}
	return result
}

func option(values map[string]string, name string) wit.Option[string] {
	value, there := values[name]
	if !there {
		return wit.None[string]()
	}
	return wit.Some(value)
}

func init() {
	baton_skill_clock.OnNow = func() uint64 { return uint64(present.time.UnixMilli()) }
	baton_skill_log.OnWrite = func(level, message string) {
		present.Log = append(present.Log, level+": "+message)
	}
	baton_skill_config.OnGet = func(name string) wit.Option[string] { return option(present.config, name) }
	baton_skill_config.OnAll = func() (all []skill.Pair) {
		for _, name := range slices.Sorted(maps.Keys(present.config)) {
			all = append(all, skill.Pair{Name: name, Value: present.config[name]})
		}
		return all
	}
	// The same numbers in every run of the test.
	baton_skill_random.OnNumber = func() uint64 {
		present.seed = present.seed*6364136223846793005 + 1442695040888963407
		return present.seed
	}
	baton_skill_random.OnBytes = func(length uint32) []uint8 {
		bytes := make([]uint8, length)
		for i := range bytes {
			bytes[i] = uint8(baton_skill_random.Number() >> 56)
		}
		return bytes
	}
	baton_skill_state.OnLoad = func() wit.Option[[]uint8] {
		if present.Memory == nil {
			return wit.None[[]uint8]()
		}
		return wit.Some(present.Memory)
	}
	baton_skill_state.OnSave = func(value []uint8) wit.Result[unit, failure] {
		present.Memory = value
		return gives(unit{})
	}
	baton_skill_state.OnUnreadable = func(why string) { baton_skill_log.Write("error", why) }
	baton_skill_waiting.OnWaitAny = func(handles []work, _ wit.Option[uint32]) (ended []uint32) {
		for i := range handles {
			ended = append(ended, uint32(i))
		}
		return ended
	}
	baton_skill_waiting.OnPendingDrop = func(work) {}
	conversation()
	agents()
	storage()
	payments()
}

func conversation() {
	baton_skill_conversation.OnMessages = func(wit.Option[string], uint32) wit.Result[[]baton_skill_types.Message, failure] {
		return granted("conversation", func() wit.Result[[]baton_skill_types.Message, failure] {
			return gives[[]baton_skill_types.Message](nil)
		})
	}
	baton_skill_conversation.OnMetadata = func(name string) wit.Result[wit.Option[string], failure] {
		return granted("conversation", func() wit.Result[wit.Option[string], failure] {
			return gives(option(present.Metadata, name))
		})
	}
	baton_skill_conversation.OnSetMetadata = func(name, value string) wit.Result[unit, failure] {
		return granted("conversation", func() wit.Result[unit, failure] {
			present.Metadata[name] = value
			return gives(unit{})
		})
	}
	baton_skill_conversation.OnProfile = func() wit.Result[[]skill.Pair, failure] {
		return granted("conversation", func() wit.Result[[]skill.Pair, failure] {
			return gives[[]skill.Pair](present.profile)
		})
	}
	type past = []baton_skill_handoffs.Handoff
	none := func() wit.Result[past, failure] { return gives[past](nil) }
	baton_skill_handoffs.OnHistory = func(wit.Option[string], uint32) wit.Result[past, failure] {
		return granted("handoffs", none)
	}
	baton_skill_handoffs.OnActive = func() wit.Result[past, failure] { return granted("handoffs", none) }
	type ticket = baton_skill_tickets.Ticket
	opened := func(position int) ticket {
		return ticket{Id: strconv.Itoa(position + 1), State: "open", Reason: present.Tickets[position].Reason}
	}
	baton_skill_tickets.OnOpen = func(reason string, details []skill.Pair) wit.Result[ticket, failure] {
		return granted("tickets", func() wit.Result[ticket, failure] {
			present.Tickets = append(present.Tickets, Opened{reason, details})
			return gives(opened(len(present.Tickets) - 1))
		})
	}
	baton_skill_tickets.OnListOpen = func() wit.Result[[]ticket, failure] {
		return granted("tickets", func() wit.Result[[]ticket, failure] {
			var all []ticket
			for position := range present.Tickets {
				all = append(all, opened(position))
			}
			return gives(all)
		})
	}
}

func agents() {
	type agent = baton_skill_agents.Agent
	type answer = baton_skill_agents.Answer
	describe := func(name string) wit.Result[agent, failure] {
		if _, there := present.answers[name]; there {
			return gives(agent{Name: name, State: "ready"})
		}
		if _, there := present.failing[name]; there {
			return gives(agent{Name: name, State: "down"})
		}
		return fails[agent]("not-found", "there is no agent `"+name+"`")
	}
	baton_skill_agents.OnDescribeAgent = func(name string) wit.Result[agent, failure] {
		return granted("agents", func() wit.Result[agent, failure] { return describe(name) })
	}
	baton_skill_agents.OnAvailable = func(name string) wit.Result[bool, failure] {
		return granted("agents", func() wit.Result[bool, failure] {
			return gives(describe(name).Ok().State == "ready")
		})
	}
	baton_skill_agents.OnListAgents = func() wit.Result[[]agent, failure] {
		return granted("agents", func() wit.Result[[]agent, failure] {
			var all []agent
			for _, name := range slices.Sorted(maps.Keys(present.answers)) {
				all = append(all, describe(name).Ok())
			}
			return gives(all)
		})
	}
	baton_skill_agents.OnStartQuery = func(name, text string, _ wit.Option[uint32]) wit.Result[work, failure] {
		return begun("agents", func() wit.Result[answer, failure] {
			present.Queries = append(present.Queries, Asked{name, text})
			if why, failing := present.failing[name]; failing {
				return fails[answer]("unavailable", why)
			}
			if said, there := present.answers[name]; there {
				return gives(said)
			}
			return fails[answer]("not-found", "there is no agent `"+name+"`")
		})
	}
	baton_skill_agents.OnFinishQuery = finish[answer]
	type found = []baton_skill_discovery.Found
	baton_skill_discovery.OnStartFind = func(intent string, most uint32) wit.Result[work, failure] {
		return begun("discovery", func() wit.Result[found, failure] {
			present.Searches = append(present.Searches, intent)
			return gives(present.found[:min(int(most), len(present.found))])
		})
	}
	baton_skill_discovery.OnFinishFind = finish[found]
	type response = baton_skill_http.Response
	baton_skill_http.OnStartRequest = func(request baton_skill_http.Request) wit.Result[work, failure] {
		return begun("http", func() wit.Result[response, failure] {
			present.Requests = append(present.Requests, request.Method+" "+request.Url)
			if served, there := present.served[request.Url]; there {
				return gives(served)
			}
			return fails[response]("unavailable", "nobody answers at "+request.Url)
		})
	}
	baton_skill_http.OnFinishRequest = finish[response]
}

func storage() {
	type entry = wit.Option[baton_skill_storage.Entry]
	stored := func(give func() wit.Result[unit, failure]) wit.Result[unit, failure] {
		return granted("storage", give)
	}
	baton_skill_storage.OnGet = func(key string) wit.Result[entry, failure] {
		return granted("storage", func() wit.Result[entry, failure] {
			value, there := present.Values[key]
			if !there {
				return gives(wit.None[baton_skill_storage.Entry]())
			}
			version := wit.Some(present.versions[key])
			return gives(wit.Some(baton_skill_storage.Entry{Value: value, Version: version, Trust: 50}))
		})
	}
	baton_skill_storage.OnSet = func(key, value string) wit.Result[unit, failure] {
		return stored(func() wit.Result[unit, failure] {
			present.keep(key, value)
			return gives(unit{})
		})
	}
	baton_skill_storage.OnDelete = func(key string) wit.Result[unit, failure] {
		return stored(func() wit.Result[unit, failure] {
			delete(present.Values, key)
			return gives(unit{})
		})
	}
	baton_skill_storage.OnKeys = func(prefix string, after wit.Option[string], limit uint32) wit.Result[[]string, failure] {
		return granted("storage", func() wit.Result[[]string, failure] {
			var keys []string
			for _, key := range slices.Sorted(maps.Keys(present.Values)) {
				if strings.HasPrefix(key, prefix) && key > after.SomeOr("") && len(keys) < int(limit) {
					keys = append(keys, key)
				}
			}
			return gives(keys)
		})
	}
	baton_skill_storage.OnCompareAndSet = func(key string, version wit.Option[uint64], value string) wit.Result[wit.Option[uint64], failure] {
		return granted("storage", func() wit.Result[wit.Option[uint64], failure] {
			_, there := present.Values[key]
			if there != version.IsSome() || there && present.versions[key] != version.Some() {
				return gives(wit.None[uint64]())
			}
			present.keep(key, value)
			return gives(wit.Some(present.versions[key]))
		})
	}
	baton_skill_storage.OnUsed = func() wit.Result[baton_skill_storage.Usage, failure] {
		return granted("storage", func() wit.Result[baton_skill_storage.Usage, failure] {
			return gives(baton_skill_storage.Usage{Keys: uint64(len(present.Values)), MaxKeys: 10_000})
		})
	}
}
