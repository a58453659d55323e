package inventory

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/cpu"
)

// File is a described inventory that was read and found good.
type File struct{ plan plan }

// Hosts is how many hosts the file describes.
func (f *File) Hosts() int { return len(f.plan.hosts) }

// CPU is the first host's.
func (f *File) CPU() *cpu.CPU { return &f.plan.hosts[0].cpu }

// Load reads a description; see docs/inventory.md for what it holds. Errors are
// of the form path:line: what.
func Load(path string) (*File, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := parse(raw)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", path, err)
	}
	return f, nil
}

func parse(raw []byte) (*File, error) {
	var d document
	if err := yaml.UnmarshalWithOptions(raw, &d, yaml.Strict()); err != nil {
		var located yaml.Error
		if errors.As(err, &located) && located.GetToken() != nil {
			return nil, fmt.Errorf("%d: %s", located.GetToken().Position.Line, located.GetMessage())
		}
		var own *lineError
		if errors.As(err, &own) {
			return nil, own
		}
		return nil, fmt.Errorf("1: %w", err)
	}
	p, err := d.plan()
	if err != nil {
		return nil, err
	}
	return &File{p}, nil
}

// lineError is a mistake in a line of the file.
type lineError struct {
	line int
	what string
}

func (e *lineError) Error() string { return strconv.Itoa(e.line) + ": " + e.what }

func at(t text, format string, args ...any) error {
	return &lineError{t.line, fmt.Sprintf(format, args...)}
}

// text is a scalar with its line; line 0 means that it is not there.
type text struct {
	value string
	line  int
}

func (t text) set() bool { return t.line > 0 }

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (t *text) UnmarshalYAML(n ast.Node) error {
	line := n.GetToken().Position.Line
	s, ok := n.(ast.ScalarNode)
	if !ok || s.GetValue() == nil {
		return &lineError{line, "a single value is expected"}
	}
	t.value, t.line = fmt.Sprint(s.GetValue()), line
	switch n := n.(type) {
	case *ast.StringNode:
		t.value = n.Value
	case *ast.IntegerNode, *ast.FloatNode:
		t.value = n.GetToken().Value // 00000010 may be a word of features
	}
	return nil
}

func (t text) or(fallback string) string {
	if t.set() {
		return t.value
	}
	return fallback
}

// units of sizes.
var units = map[string]int64{"": 1, "B": 1, "KiB": 1 << 10, "MiB": mib, "GiB": gib, "TiB": tib, "K": 1 << 10, "M": mib, "G": gib, "T": tib}

// size reads a size like 16GiB; fallback if it is not there.
func (t text) size(fallback int64) (int64, error) {
	if !t.set() {
		return fallback, nil
	}
	digits := strings.TrimRight(t.value, "KMGTiB")
	n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
	unit, ok := units[t.value[len(digits):]]
	if err != nil || !ok || n <= 0 || n > (1<<62)/unit {
		return 0, at(t, "%q is no size: write a number with KiB, MiB, GiB or TiB", t.value)
	}
	return n * unit, nil
}

// number reads a number of at least low; fallback if it is not there.
func (t text) number(fallback, low int64) (int64, error) {
	if !t.set() {
		return fallback, nil
	}
	n, err := strconv.ParseInt(t.value, 10, 64)
	if err != nil || n < low {
		return 0, at(t, "%q is no number of at least %d", t.value, low)
	}
	return n, nil
}

// flag reads true or false; false if it is not there.
func (t text) flag() (bool, error) {
	switch t.or("false") {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, at(t, "%q is neither true nor false", t.value)
}

// powerStates are the words of the key power.
var powerStates = map[string]model.VMPowerState{
	"running": model.VMPowerStateRunning, "halted": model.VMPowerStateHalted, "suspended": model.VMPowerStateSuspended, "paused": model.VMPowerStatePaused,
}
