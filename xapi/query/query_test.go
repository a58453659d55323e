package query

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/xapid/xapid/model"
)

var vm = &model.VM{
	NameLabel: "web1", IsATemplate: false, MemoryStaticMax: 1024, VCPUsMax: 2,
	PowerState: model.VMPowerStateRunning, Tags: []string{"a", "b'c"},
	OtherConfig: map[string]string{"k": "v", "a": "b"}, SnapshotTime: time.Date(2026, 1, 31, 23, 59, 58, 0, time.UTC),
}

func TestMatch(t *testing.T) {
	fields := RowOf(nil, model.ClassOf[model.VM](), "OpaqueRef:x", vm)
	for expr, want := range map[string]bool{
		`true`:                         true,
		`false`:                        false,
		`field "name__label" = "web1"`: true,
		`field "name_label"="web1"`:    true,
		`"web1" = field "name__label"`: true,
		`(field "is_a_template" = "false") and (field "is_control_domain" = "false")`: true,
		`field "memory__static_max" = "1024"`:                                         true,
		`field "VCPUs__max" = "2" or false`:                                           true,
		`not true and false`:                                                          true,
		`not (true and false)`:                                                        true,
		`(not true) and false`:                                                        false,
		`true or true and false`:                                                      false,
		`true and not true or true`:                                                   false,
		`field "power_state" = "Running"`:                                             true,
		`field "power_state" = "running"`:                                             false,
		`field "tags" = "('a' 'b\'c')"`:                                               true,
		`field "other_config" = "(('a' 'b') ('k' 'v'))"`:                              true,
		`field "VBDs" = "()"`:                                                         true,
		`field "snapshot_time" = "20260131T23:59:58Z"`:                                true,
		`field "_ref" = "OpaqueRef:x"`:                                                true,
	} {
		e, err := Parse(expr)
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		if got, err := e.Match(fields); err != nil || got != want {
			t.Errorf("%s: %v %v, want %v", expr, got, err, want)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, expr := range []string{``, `tru`, `field name = "x"`, `"a" "b"`, `"a" =`, `(true`, `true)`, `"open`, `true and`, `not`, `True`, `field "x"`} {
		_, err := Parse(expr)
		var api *model.Error
		if !errors.As(err, &api) || api.Code != "INVALID_VALUE" || api.Params[0] != expr {
			t.Errorf("%q: %v, want INVALID_VALUE", expr, err)
		}
	}
	e, err := Parse(`field "nonsense" = "1"`)
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.Match(RowOf(nil, model.ClassOf[model.VM](), "", vm))
	var api *model.Error
	if !errors.As(err, &api) || !reflect.DeepEqual(api, model.ErrInternalError("missing field", "nonsense", "")) {
		t.Errorf("unknown field: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`(field "is_a_template" = "false") and not "a" = "b" or true`)
	f.Add(`((((((`)
	f.Fuzz(func(t *testing.T, s string) {
		if e, err := Parse(s); err == nil {
			_, _ = e.Match(func(string) (string, bool) { return "", true })
		}
	})
}
