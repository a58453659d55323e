package model

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Error is a failure as the API tells it: a code of the catalogue and its
// parameters, all text.
type Error struct {
	Code   string
	Params []string
}

func (e *Error) Error() string {
	if len(e.Params) == 0 {
		return e.Code
	}
	return e.Code + " [" + strings.Join(e.Params, ", ") + "]"
}

// Is makes errors.Is match on the code alone, so that
// errors.Is(err, model.ErrHandleInvalid()) holds whatever the parameters.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && (len(t.Params) == 0 || slices.Equal(t.Params, e.Params))
}

// An ErrorCode makes an Error of one code. Parameters may be strings, kinds of
// string (references, enums), integers, floats, booleans or Stringers.
type ErrorCode func(params ...any) *Error

// ErrorInfo describes one code of the catalogue.
type ErrorInfo struct {
	Code string
	// Params names the parameters in order; it is nil where the API raises
	// the code without documenting it.
	Params     []string
	Documented bool
	// About says in a sentence what went wrong; of a documented code only.
	About string
}

// errors.txt are such sentences: a code, a tab, a sentence.
//
//go:embed errors.txt
var errorTexts string

var errorCatalogue []ErrorInfo

// Errors lists the catalogue ordered by code.
func Errors() []ErrorInfo {
	about := map[string]string{}
	for line := range strings.Lines(errorTexts) {
		code, text, _ := strings.Cut(strings.TrimSpace(line), "\t")
		about[code] = text
	}
	list := slices.Clone(errorCatalogue)
	for i := range list {
		list[i].About = about[list[i].Code]
	}
	return list
}

func code(name string, params ...string) ErrorCode {
	return register(ErrorInfo{Code: name, Params: append([]string{}, params...), Documented: true})
}

func undocumented(name string, _ string) ErrorCode {
	return register(ErrorInfo{Code: name})
}

func register(info ErrorInfo) ErrorCode {
	errorCatalogue = append(errorCatalogue, info)
	name := info.Code
	return func(params ...any) *Error {
		e := &Error{Code: name, Params: make([]string, len(params))}
		for i, p := range params {
			e.Params[i] = paramText(p)
		}
		return e
	}
}

// SRBackendFailure is the error of a storage driver: its number becomes part
// of the code, SR_BACKEND_FAILURE_<n> [status, message, detail].
func SRBackendFailure(n int, message, detail string) *Error {
	return &Error{Code: "SR_BACKEND_FAILURE_" + strconv.Itoa(n), Params: []string{"", message, detail}}
}

func paramText(p any) string {
	switch p := p.(type) {
	case string:
		return p
	case error:
		return p.Error()
	case fmt.Stringer:
		return p.String()
	case float64:
		return strconv.FormatFloat(p, 'g', 16, 64)
	}
	return fmt.Sprint(p)
}
