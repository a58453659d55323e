package xapi

import (
	"github.com/xapid/xapid/xapi/diagnostics"
	"github.com/xapid/xapid/xapi/directory"
	"github.com/xapid/xapid/xapi/limit"
	"github.com/xapid/xapid/xapi/observer"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/update"
	"github.com/xapid/xapid/xapi/wlb"
)

// offices are the services that keep records of what is outside the emulated
// world.
func (r *rooms) offices(s *stack, gate *ops.Gate) []service {
	db, clock := s.DB, s.Config.Clock
	meter := &limit.Meter{DB: db, Clock: clock}
	r.dispatcher.Meter = meter.Admit
	r.timing = &diagnostics.Timing{}
	r.inside = diagnostics.NewInside(r.router, r.timing)
	return []service{
		{"auth", directory.Auth{DB: db}},
		{"subject", directory.Subjects{DB: db}},
		{"host", directory.Hosts{DB: db}},
		{"pool", directory.Pools{DB: db, Messages: r.messages}},
		{"host", wlb.Hosts{DB: db}},
		{"pool", wlb.Pools{DB: db}},
		{"host", update.Hosts{DB: db, Gate: gate}},
		{"pool", update.Pools{DB: db, Gate: gate}},
		{"Repository", update.Repositories{DB: db}},
		{"pool_update", update.Updates{DB: db}},
		{"pool_patch", update.Patches{DB: db, Clock: clock}},
		{"host_patch", update.HostPatches{DB: db}},
		{"host_crashdump", update.Crashdumps{DB: db}},
		{"Host_driver", update.Drivers{DB: db}},
		{"Caller", limit.Callers{Meter: meter}},
		{"Rate_limit", limit.Limits{Meter: meter}},
		{"Observer", &observer.Service{DB: db}},
		{"Diagnostics", &diagnostics.Service{DB: db, Inside: r.inside}},
		{"host", &diagnostics.Hosts{Inside: r.inside}},
		{"Driver_variant", update.Variants{DB: db}},
	}
}
