package inventory

import (
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/cpu"
	"github.com/xapid/xapid/xapi/licence"
)

// makePool makes the one pool, with the first host as its master.
func (m *maker) makePool() {
	p := store.Default[model.Pool]()
	first := m.hosts[0]
	p.UUID, p.NameLabel, p.Master = m.uuid(), m.plan.pool, first.ref
	p.DefaultSR, p.SuspendImageSR, p.CrashDumpSR = first.local, first.local, first.local
	if m.plan.defaultSR != "" {
		sr, ok := m.srs[m.plan.defaultSR]
		if !ok {
			m.fail("there is no SR %q to be the default", m.plan.defaultSR)
			return
		}
		p.DefaultSR, p.SuspendImageSR, p.CrashDumpSR = sr, sr, sr
	}
	p.OtherConfig = map[string]string{"memory-ratio-hvm": "0.25", "memory-ratio-pv": "0.25"}
	p.HAClusterStack = "xhad"
	var hosts []cpu.Host
	for _, h := range m.hosts {
		hosts = append(hosts, cpu.Host{Info: h.info, HVM: true})
	}
	m.level = cpu.Level(hosts)
	p.CPUInfo = m.level
	p.TLSVerificationEnabled, p.ExtAuthCacheEnabled = true, false
	telemetry := add(m, &model.Secret{UUID: m.uuid(), Value: m.uuid()})
	p.TelemetryUUID = telemetry
	p.TelemetryNextCollection = m.o.Now.Add(24*time.Hour + time.Duration(m.IntN(7*24))*time.Hour)
	m.pool = add(m, p)
	if err := licence.Recompute(m.tx); err != nil {
		m.fail("%v", err)
	}
	add(m, &model.User{UUID: m.uuid(), ShortName: "root", Fullname: "superuser"})
}
