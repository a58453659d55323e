package vm

import (
	"fmt"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/measure"
)

// meter makes up what is measured of a VM: it changes from minute to minute,
// never by chance, and is nothing while the VM stands still.
type meter struct {
	v    *model.VM
	now  time.Time
	list []measure.Source
}

// wave is a measure.Wave of the VM, nothing while it stands still.
func (m *meter) wave(name string) float64 {
	if m.v.PowerState != model.VMPowerStateRunning {
		return 0
	}
	return measure.Wave(m.v.UUID, name, m.now)
}

func (m *meter) add(name, about, units string, top, value float64) {
	m.list = append(m.list, measure.Source{Name: name, About: about, Units: units, Top: top, Standard: true, Value: value})
}

// aside adds what is only recorded on demand.
func (m *meter) aside(name, about, units string, top, value float64) {
	m.list = append(m.list, measure.Source{Name: name, About: about, Units: units, Top: top, Value: value})
}

// measures are all of a VM.
func measures(r store.Reader, v *model.VM, now time.Time) []measure.Source {
	m := &meter{v: v, now: now}
	m.processors(r)
	m.memory(r)
	for _, i := range v.VIFs {
		if vif, ok := store.Find(r, i); ok && vif.CurrentlyAttached {
			m.network(vif.Device)
		}
	}
	for _, b := range v.VBDs {
		if vbd, ok := store.Find(r, b); ok && vbd.CurrentlyAttached && !vbd.Empty && vbd.Device != "" {
			m.disk(vbd.Device)
		}
	}
	return m.list
}

func (m *meter) processors(r store.Reader) {
	n := m.v.VCPUsAtStartup
	if vm, ok := store.Find(r, m.v.Metrics); ok && vm.VCPUsNumber > 0 {
		n = vm.VCPUsNumber
	}
	sum := 0.0
	for i := range n {
		name := fmt.Sprintf("cpu%d", i)
		busy := 0.02 + 0.4*m.wave(name)
		if m.v.PowerState != model.VMPowerStateRunning {
			busy = 0
		}
		sum += busy
		m.add(name, "How busy the virtual processor is", "(fraction)", 1, busy)
	}
	usage := sum / float64(max(n, 1))
	m.add("cpu_usage", "How busy the virtual processors are on the whole", "(fraction)", 1, usage)
	for _, s := range []struct {
		name, about string
		value       float64
	}{
		{"runstate_fullrun", "All virtual processors run", usage * usage},
		{"runstate_full_contention", "All virtual processors wait for physical ones", 0},
		{"runstate_concurrency_hazard", "Some virtual processors run, some wait", 0},
		{"runstate_blocked", "All virtual processors idle", 1 - usage},
		{"runstate_partial_run", "Some virtual processors run, some idle", usage - usage*usage},
		{"runstate_partial_contention", "Some virtual processors wait, some idle", 0},
		{"runnable_any", "Some virtual processor waits for a physical one", 0},
		{"runnable_vcpus", "How many of the virtual processors wait", 0},
	} {
		m.aside(s.name, s.about, "(fraction)", 1, s.value)
	}
}

func (m *meter) memory(r store.Reader) {
	have := m.v.MemoryTarget
	if vm, ok := store.Find(r, m.v.Metrics); ok && vm.MemoryActual > 0 {
		have = vm.MemoryActual
	}
	m.add("memory", "Memory that the VM has", "B", measure.Inf, float64(have))
	m.add("memory_target", "Memory that the VM should have", "B", measure.Inf, float64(m.v.MemoryTarget))
	if g, ok := store.Find(r, m.v.GuestMetrics); ok && len(g.OsVersion) > 0 {
		m.add("memory_internal_free", "Memory that the guest does not use", "KiB", measure.Inf, float64(have)/1024*(0.3+0.3*m.wave("memory")))
	}
}

func (m *meter) network(device string) {
	for _, way := range []struct{ name, about string }{{"rx", "received"}, {"tx", "sent"}} {
		name := "vif_" + device + "_" + way.name
		m.add(name, "Bytes "+way.about+" each second", "B/s", measure.Inf, 50e3*m.wave(name))
		m.aside(name+"_errors", "Errors each second of what was "+way.about, "err/s", measure.Inf, 0)
	}
}

func (m *meter) disk(device string) {
	prefix := "vbd_" + device + "_"
	total := 0.0
	for _, way := range []string{"read", "write"} {
		rate := 200e3 * m.wave(prefix+way)
		total += rate
		m.add(prefix+way, "Bytes of "+way+" requests each second", "B/s", measure.Inf, rate)
		m.add(prefix+way+"_latency", "Time that "+way+" requests take", "μs", measure.Inf, 300*m.wave(prefix+way+" latency"))
		m.add(prefix+"iops_"+way, "Requests to "+way+" each second", "requests/s", measure.Inf, rate/measure.RequestSize)
		m.add(prefix+"io_throughput_"+way, "Data of "+way+" requests each second", "MiB/s", measure.Inf, rate/(1<<20))
	}
	m.add(prefix+"latency", "Time that requests take", "μs", measure.Inf, 300*m.wave(prefix+"latency"))
	m.add(prefix+"iops_total", "Requests each second", "requests/s", measure.Inf, total/measure.RequestSize)
	m.add(prefix+"io_throughput_total", "Data of requests each second", "MiB/s", measure.Inf, total/(1<<20))
	m.add(prefix+"iowait", "Time that requests wait", "s/s", measure.Inf, total/1e8)
	m.add(prefix+"inflight", "Requests on their way", "requests", measure.Inf, 0)
	m.add(prefix+"avgqu_sz", "Length of the queue of requests", "requests", measure.Inf, total/1e7)
}
