package measure_test

import (
	"testing"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/measure"
)

func TestWave(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	w := measure.Wave("a", "cpu0", at)
	if w < 0 || w >= 1 {
		t.Errorf("%v is not in [0, 1)", w)
	}
	if again := measure.Wave("a", "cpu0", at.Add(54*time.Second)); again != w {
		t.Errorf("%v became %v within the minute", w, again)
	}
	for _, other := range []float64{measure.Wave("b", "cpu0", at), measure.Wave("a", "cpu1", at), measure.Wave("a", "cpu0", at.Add(time.Minute))} {
		if other == w {
			t.Error("what differs measures the same")
		}
	}
}

func TestRecorded(t *testing.T) {
	all := []measure.Source{{Name: "usual", Standard: true}, {Name: "special"}}
	var k measure.Recorded[model.VM]
	k.Set("one", "usual", false)
	k.Set("one", "special", true)
	for _, vm := range []model.Ref[model.VM]{"one", "two"} {
		for i, d := range k.List(vm, all) {
			if want := (vm == "one") == (i == 1); d.Enabled != want || d.Standard != all[i].Standard || d.NameLabel != all[i].Name {
				t.Errorf("%s: %+v", vm, d)
			}
		}
	}
	if s, err := measure.Find(all, "special"); err != nil || s != all[1] {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := measure.Find(all, "none"); err == nil {
		t.Error("a source that is not there was found")
	}
}
