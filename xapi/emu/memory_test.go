package emu_test

import (
	"math"
	"testing"

	"github.com/xapid/xapid/xapi/emu"
)

// FuzzMemoryOverhead: whatever a machine asks for, the figure can be reckoned
// with, and asking for more memory never makes it smaller.
func FuzzMemoryOverhead(f *testing.F) {
	f.Add(int64(1), int64(2<<30), 1.0)
	f.Add(int64(math.MaxInt64), int64(math.MaxInt64), math.Inf(1))
	f.Add(int64(1<<62), int64(math.MinInt64), math.NaN())
	f.Add(int64(math.MinInt64), int64(1<<55), -1.0)
	f.Fuzz(func(t *testing.T, vcpus, static int64, shadow float64) {
		for _, kind := range []string{"hvm", "pv", "pv_in_pvh", "pvh", ""} {
			got := emu.MemoryOverhead(kind, vcpus, static, shadow)
			if got < 1<<20 || got > 1<<60 {
				t.Errorf("%s %d %d %g: %d", kind, vcpus, static, shadow, got)
			}
			if more := emu.MemoryOverhead(kind, vcpus, max(static, static/2+math.MaxInt64/2), shadow); more < got {
				t.Errorf("%s %d %d %g: %d, and %d for more", kind, vcpus, static, shadow, got, more)
			}
		}
	})
}

func TestMemoryOverhead(t *testing.T) {
	for _, tt := range []struct{ vcpus, static, want int64 }{{1, 2 << 30, 20}, {2, 4 << 30, 37}} {
		if got := emu.MemoryOverhead("hvm", tt.vcpus, tt.static, 1); got != tt.want<<20 {
			t.Errorf("%d vCPUs, %d bytes: %d", tt.vcpus, tt.static, got>>20)
		}
	}
}
