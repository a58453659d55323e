package host

import (
	"fmt"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/measure"
)

// meter measures a host: memory, machines, sessions and the toolstack itself as
// they are, load and traffic by what runs there. Those change from minute to
// minute, never by chance.
type meter struct {
	h    *model.Host
	now  time.Time
	load float64 // virtual processors that run, for each physical one
	list []measure.Source
}

// wave is a measure.Wave of the host.
func (m *meter) wave(name string) float64 {
	return measure.Wave(m.h.UUID, name, m.now)
}

func (m *meter) add(name, about, units string, value float64) {
	m.list = append(m.list, measure.Source{Name: name, About: about, Units: units, Top: measure.Inf, Standard: true, Value: value})
}

// share adds a part of a whole.
func (m *meter) share(name, about string, value float64) {
	m.list = append(m.list, measure.Source{Name: name, About: about, Units: "(fraction)", Top: 1, Standard: true, Value: value})
}

// measures are all of a host.
func measures(r store.Reader, ref hostRef, h *model.Host, now time.Time, shows reading) []measure.Source {
	m := &meter{h: h, now: now}
	m.machines(r, ref)
	m.processors()
	for _, p := range h.PIFs {
		if pif, ok := store.Find(r, p); ok && pif.Physical {
			m.network(pif)
		}
	}
	for _, b := range h.PBDs {
		if pbd, ok := store.Find(r, b); ok && pbd.CurrentlyAttached {
			if sr, ok := store.Find(r, pbd.SR); ok && len(sr.UUID) >= 8 {
				m.storage(sr.UUID[:8])
			}
		}
	}
	m.toolstack(shows)
	for _, p := range store.All[model.Pool](r) {
		if p.Master == ref {
			m.add("pool_session_count", "Sessions that are open", "sessions", float64(store.Len[model.Session](r)))
			m.add("pool_task_count", "Tasks that are kept", "tasks", float64(store.Len[model.Task](r)))
		}
	}
	return m.list
}

func (m *meter) machines(r store.Reader, ref hostRef) {
	total, free := 0.0, float64(FreeMemory(r, ref, ""))
	if hm, ok := store.Find(r, m.h.Metrics); ok {
		total = float64(hm.MemoryTotal)
	}
	vcpus, domains, reclaimed := 0.0, 0.0, 0.0
	for _, vm := range m.h.ResidentVMs {
		v, ok := store.Find(r, vm)
		if !ok {
			continue
		}
		domains++
		vcpus += float64(v.VCPUsAtStartup)
		reclaimed += float64(max(v.MemoryDynamicMax-v.MemoryTarget, 0))
	}
	m.load = vcpus / float64(max(len(m.h.HostCPUs), 1))
	m.add("memory_total_kib", "Memory of the host", "KiB", total/1024)
	m.add("memory_free_kib", "Memory that nobody has", "KiB", free/1024)
	m.add("memory_reclaimed", "Memory that VMs have given back", "B", reclaimed)
	m.add("running_vcpus", "Virtual processors of the domains that run", "count", vcpus)
	m.add("running_domains", "Domains that run", "count", domains)
	m.add("hostload", "Virtual processors that run, for each physical one", "(fraction)", m.load)
}

func (m *meter) processors() {
	n := len(m.h.HostCPUs)
	sum := 0.0
	for i := range n {
		name := fmt.Sprintf("cpu%d", i)
		busy := min(1, 0.02+0.4*m.load*m.wave(name))
		sum += busy
		m.share(name, "How busy the processor is", busy)
	}
	m.share("cpu_avg", "How busy the processors are on the whole", sum/float64(max(n, 1)))
	m.add("loadavg", "Load of the control domain", "(fraction)", m.load*m.wave("load"))
}

func (m *meter) network(pif *model.PIF) {
	for _, way := range []struct{ name, about string }{{"rx", "received"}, {"tx", "sent"}} {
		name := "pif_" + pif.Device + "_" + way.name
		rate := 0.0
		if pif.CurrentlyAttached {
			rate = 100e3 * m.load * m.wave(name)
		}
		m.add(name, "Bytes "+way.about+" each second", "B/s", rate)
		m.list = append(m.list, measure.Source{Name: name + "_errors", About: "Errors each second of what was " + way.about, Units: "err/s", Top: measure.Inf})
	}
}

func (m *meter) storage(sr string) {
	total := 0.0
	for _, way := range []string{"read", "write"} {
		rate := 400e3 * m.load * m.wave(way+sr)
		total += rate
		m.add(way+"_"+sr, "Bytes of "+way+" requests each second", "B/s", rate)
		m.add("io_throughput_"+way+"_"+sr, "Data of "+way+" requests each second", "MiB/s", rate/(1<<20))
		m.add("iops_"+way+"_"+sr, "Requests to "+way+" each second", "requests/s", rate/measure.RequestSize)
		m.add(way+"_latency_"+sr, "Time that "+way+" requests take", "μs", 300*m.wave(way+" latency"+sr))
	}
	m.add("io_throughput_total_"+sr, "Data of requests each second", "MiB/s", total/(1<<20))
	m.add("iops_total_"+sr, "Requests each second", "requests/s", total/measure.RequestSize)
	m.add("latency_"+sr, "Time that requests take", "μs", 300*m.wave("latency"+sr))
	m.add("iowait_"+sr, "Time that requests wait", "s/s", total/1e8)
	m.add("inflight_"+sr, "Requests on their way", "requests", 0)
	m.add("avgqu_sz_"+sr, "Length of the queue of requests", "requests", total/1e7)
}

// toolstack measures the daemon: all hosts that it plays have the same.
func (m *meter) toolstack(shows reading) {
	m.add("xapi_memory_usage_kib", "Memory of the toolstack", "KiB", float64(shows.Has)/1024)
	m.add("xapi_free_memory_kib", "Memory that the toolstack has free", "KiB", float64(shows.Free)/1024)
	m.add("xapi_live_memory_kib", "Memory that the toolstack uses", "KiB", float64(shows.Uses)/1024)
}
