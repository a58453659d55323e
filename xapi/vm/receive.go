package vm

import (
	"context"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// Receiver handles what the class host has to do with VMs that come.
type Receiver struct {
	DB *store.DB
	// Open opens a session.
	Open func(context.Context, rpc.Session, *model.Session) (model.Ref[model.Session], error)
}

// MigrateReceive tells what VM.migrate_send has to know of the host, and of the
// network that the transfer takes. It opens a session with the caller's rights.
// HOST_CANNOT_ATTACH_NETWORK [host, network], PIF_HAS_NO_NETWORK_CONFIGURATION
// [pif], INTERFACE_HAS_NO_IP [pif].
func (s *Receiver) MigrateReceive(c *rpc.Call, host hostRef, network model.Ref[model.Network], options map[string]string) (map[string]string, error) {
	r := s.DB.View()
	if _, err := store.Get(r, host); err != nil {
		return nil, err
	}
	n, err := store.Get(r, network)
	if err != nil {
		return nil, err
	}
	address := ""
	var pif model.Ref[model.PIF]
	configured := false
	for _, ref := range n.PIFs {
		if p, ok := store.Find(r, ref); ok && p.Host == host {
			pif, address, configured = ref, p.IP, p.IPConfigurationMode != model.IPConfigurationModeNone
			if p.PrimaryAddressType != model.PrimaryAddressTypeIPv6 {
				continue
			}
			address, configured = "", p.IPv6ConfigurationMode != model.IPv6ConfigurationModeNone
			if len(p.IPv6) > 0 {
				bare, _, _ := strings.Cut(p.IPv6[0], "/")
				address = "[" + bare + "]"
			}
		}
	}
	switch {
	case pif == "":
		return nil, model.ErrHostCannotAttachNetwork(host, network)
	case !configured:
		return nil, model.ErrPIFHasNoNetworkConfiguration(pif)
	case address == "":
		return nil, model.ErrInterfaceHasNoIP(pif)
	}
	session, err := s.again(c)
	if err != nil {
		return nil, err
	}
	master := address
	for _, p := range store.All[model.Pool](r) {
		if h, ok := store.Find(r, p.Master); ok {
			master = h.Address
		}
	}
	return map[string]string{
		"host": string(host), "session_id": string(session), "master": "https://" + master + "/",
		"xenops": "https://" + address + "/services/xenops?session_id=" + string(session),
		"SM":     "https://" + address + "/services/SM?session_id=" + string(session),
	}, nil
}

// again opens a session like the caller's.
func (s *Receiver) again(c *rpc.Call) (model.Ref[model.Session], error) {
	row := store.Default[model.Session]()
	if own, ok := store.Find(s.DB.View(), c.Session.Ref); ok {
		*row = *own
		row.UUID, row.Tasks, row.Parent = "", nil, c.Session.Ref
	}
	return s.Open(c.Ctx, *c.Session, row)
}
