// Package server hands out licences: a counted number of each edition, to
// hosts that ask for one and go on asking. docs/licensing.md describes the
// protocol, which is JSON over HTTPS, and the files.
package server

import "time"

// A host posts a request to one of these paths.
const (
	pathCheckout = "/v1/checkout"
	pathRelease  = "/v1/release"
)

// request is what a host sends. A checkout by a host that holds a licence of
// the edition renews it; of another edition, changes it.
type request struct {
	Host    string `json:"host"` // uuid
	Edition string `json:"edition,omitempty"`
}

// Grant is a licence in the hands of a host.
type Grant struct {
	Edition string `json:"edition"`
	// Serial names the lease.
	Serial string `json:"serial"`
	// Expires is when the server's licences of the edition end; zero for never.
	Expires time.Time `json:"expires"`
	// Lease is when the host loses the licence unless it has asked again.
	Lease time.Time `json:"lease"`
	// Renew is after how many seconds the host had better ask again, which it
	// can tell by a clock that is wrong.
	Renew int64 `json:"renew,omitempty"`
}

// Refusal is a server's no.
type Refusal struct {
	// Code is one of the constants below.
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (r *Refusal) Error() string { return r.Message }

// What a server refuses.
const (
	// NotAvailable: all licences of the edition are in use, or there are none.
	NotAvailable = "LICENSE_NOT_AVAILABLE"
	// EditionExpired: the server's licences of the edition have ended.
	EditionExpired = "LICENSE_EXPIRED"
	// Malformed: the request is none.
	Malformed = "MALFORMED_REQUEST"
)

// answer is what a host gets.
type answer struct {
	Grant   *Grant   `json:"grant,omitempty"`
	Refusal *Refusal `json:"refusal,omitempty"`
}
