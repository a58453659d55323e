package certs

import (
	"fmt"
	"strings"
	"time"
)

// Error is a refusal that the API has a code for.
type Error struct {
	Code   string   // as on the wire, SERVER_CERTIFICATE_EXPIRED for one
	Params []string // in the order that the API documents
}

func (e *Error) Error() string {
	if len(e.Params) == 0 {
		return e.Code
	}
	return e.Code + ": " + strings.Join(e.Params, ", ")
}

// Is makes errors.Is(err, &Error{Code: "..."}) compare codes alone.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && t.Params == nil
}

func refuse(code string, params ...string) *Error {
	return &Error{Code: code, Params: params}
}

// stamp is how times read in the parameters of an Error.
func stamp(t time.Time) string { return t.UTC().Format("20060102T15:04:05Z") }

// fileError tells of a file that is there and cannot be used, and what the
// operator may do about it. All on one line: it is what the daemon dies with.
func fileError(path, advice string, cause error) error {
	return fmt.Errorf("%s: %w; %s", path, cause, advice)
}
