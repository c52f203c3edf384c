// Package http is web servers, as far as the operator has named their hosts.
// Goroutines that send do so at the same time.
package http

import (
	"time"

	"baton.dev/skill"
	"baton.dev/skill/internal/await"
	contract "baton.dev/skill/internal/contract/baton_skill_http"
	wit "baton.dev/skill/internal/wit/types"
)

// Header is one of a request's or a response's.
type Header = contract.Header

// Response has any status: an error says that there is none.
type Response = contract.Response

// Request is what is sent.
type Request struct {
	// Method is GET if it is not said.
	Method, URL string
	// Headers' values may hold `secret:NAME`.
	Headers []Header
	Body    []byte
	// Timeout is until the whole response is there; 0: as the host allows.
	Timeout time.Duration
}

// Send sends a request and waits for the response.
func Send(request Request) (Response, error) {
	if request.Method == "" {
		request.Method = "GET"
	}
	work, err := skill.Settle(contract.StartRequest(contract.Request{
		Method: request.Method, Url: request.URL, Headers: request.Headers, Body: request.Body,
		TimeoutMs: wit.Of(uint32(request.Timeout.Milliseconds())),
	}))
	if err != nil {
		return Response{}, err
	}
	await.Done(work)
	return skill.Settle(contract.FinishRequest(work))
}

// Get is the response to GET.
func Get(url string) (Response, error) { return Send(Request{URL: url}) }
