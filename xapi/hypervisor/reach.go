package hypervisor

import (
	"context"
	_ "embed" // the table of messages
	"reflect"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

//go:embed remote.txt
var remoteText string

// Remote gives, of each message that a host carries out, the number of the
// argument that tells which.
var Remote = func() map[string]int {
	list := map[string]int{}
	for line := range strings.Lines(remoteText) {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		for _, name := range words[2:] {
			list[words[0]+"."+name] = int(words[1][0] - '0')
		}
	}
	return list
}()

// Ready makes sure that the host which is to carry a call out is there:
// HOST_OFFLINE [host], CANNOT_CONTACT_HOST [host]. What the call is about and
// does not exist is the handler's affair.
func (r *Router) Ready(c *rpc.Call, args []reflect.Value) error {
	n, ok := Remote[c.Method.Full]
	if !ok || n >= len(args) || !r.DB.Leads() {
		return nil
	}
	on := home(r.DB.View(), args[n].Interface())
	if on.IsNull() {
		return nil
	}
	return r.Reach(c.Ctx, on)
}

// Reach makes sure that a host can be told things: HOST_OFFLINE [host],
// CANNOT_CONTACT_HOST [host].
func (r *Router) Reach(ctx context.Context, on host) error {
	h, ok := store.Find(r.DB.View(), on)
	if !ok || h.UUID == r.Net.Self {
		return nil
	}
	if !ops.Alive(r.DB.View(), h) {
		return model.ErrHostOffline(on)
	}
	player := Player(h)
	if player == r.Net.Self {
		return nil
	}
	return r.contact(on, h, r.Net.Call(ctx, player, "alive", struct{}{}, nil))
}

// home is the host that something is on, OpaqueRef:NULL if on none.
func home(r store.Reader, what any) host {
	switch ref := what.(type) {
	case host:
		return ref
	case []model.Ref[model.PIF]:
		if len(ref) > 0 {
			return home(r, ref[0])
		}
	case model.Ref[model.PIF]:
		return of(r, ref, func(p *model.PIF) host { return p.Host })
	case model.Ref[model.Bond]:
		return of(r, ref, func(b *model.Bond) host { return home(r, b.Master) })
	case model.Ref[model.VLAN]:
		return of(r, ref, func(v *model.VLAN) host { return home(r, v.UntaggedPIF) })
	case model.Ref[model.Tunnel]:
		return of(r, ref, func(t *model.Tunnel) host { return home(r, t.AccessPIF) })
	case model.Ref[model.NetworkSriov]:
		return of(r, ref, func(n *model.NetworkSriov) host { return home(r, n.PhysicalPIF) })
	case model.Ref[model.PBD]:
		return of(r, ref, func(p *model.PBD) host { return p.Host })
	case model.Ref[model.PCI]:
		return of(r, ref, func(p *model.PCI) host { return p.Host })
	case model.Ref[model.PGPU]:
		return of(r, ref, func(p *model.PGPU) host { return p.Host })
	case model.Ref[model.HostDriver]:
		return of(r, ref, func(d *model.HostDriver) host { return d.Host })
	case model.Ref[model.HostCrashdump]:
		return of(r, ref, func(d *model.HostCrashdump) host { return d.Host })
	case model.Ref[model.HostPatch]:
		return of(r, ref, func(p *model.HostPatch) host { return p.Host })
	case model.Ref[model.VM]:
		return of(r, ref, func(v *model.VM) host { return v.ResidentOn })
	case model.Ref[model.VBD]:
		return of(r, ref, func(v *model.VBD) host { return home(r, v.VM) })
	case model.Ref[model.VIF]:
		return of(r, ref, func(v *model.VIF) host { return home(r, v.VM) })
	case model.Ref[model.SR]:
		return of(r, ref, func(s *model.SR) host { return hostOf(r, s) })
	case model.Ref[model.VDI]:
		return of(r, ref, func(v *model.VDI) host { return home(r, v.SR) })
	case *model.VDI:
		return home(r, ref.SR)
	}
	return model.NullRef
}

// of is the host of a row, none of one that is gone.
func of[T any](r store.Reader, ref model.Ref[T], on func(*T) host) host {
	if row, ok := store.Find(r, ref); ok {
		return on(row)
	}
	return model.NullRef
}

// hostOf is a host that an SR is attached to: the pool's master rather than
// another one, one that lives rather than one that is down.
func hostOf(r store.Reader, s *model.SR) host {
	var master host
	for _, p := range store.All[model.Pool](r) {
		master = p.Master
	}
	best := host(model.NullRef)
	for _, b := range s.PBDs {
		pbd, ok := store.Find(r, b)
		if !ok || !pbd.CurrentlyAttached {
			continue
		}
		if pbd.Host == master {
			return master
		}
		if h, ok := store.Find(r, pbd.Host); ok && (best.IsNull() || ops.Alive(r, h)) {
			best = pbd.Host
		}
	}
	return best
}
