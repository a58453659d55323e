package network

import (
	"net/netip"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// SDNControllers handles the class SDN_controller.
type SDNControllers struct{ links }

// NewSDNControllers makes the service.
func NewSDNControllers(db *store.DB) *SDNControllers { return &SDNControllers{links{db}} }

type sdnRef = model.Ref[model.SDNController]

// openFlowPort is where a controller listens unless told otherwise.
const openFlowPort = 6632

// Introduce says who controls the pool's switches: OPERATION_NOT_ALLOWED if
// somebody does, or if an address or a port is given for a controller that calls
// by itself, INVALID_IP_ADDRESS_SPECIFIED [address], VALUE_NOT_SUPPORTED.
func (s *SDNControllers) Introduce(c *rpc.Call, protocol model.SDNControllerProtocol, address string, port int64) (sdnRef, error) {
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (sdnRef, error) { return control(tx, protocol, address, port) })
}

func control(tx *store.Tx, protocol model.SDNControllerProtocol, address string, port int64) (sdnRef, error) {
	if store.Len[model.SDNController](tx) > 0 {
		return "", model.ErrOperationNotAllowed("the pool has an SDN controller")
	}
	if protocol == model.SDNControllerProtocolPssl {
		if address != "" || port != 0 {
			return "", model.ErrOperationNotAllowed("a controller that connects by itself has no address and no port")
		}
		return store.Insert(tx, &model.SDNController{Protocol: protocol}), nil
	}
	if a, err := netip.ParseAddr(address); err != nil || !a.Is4() {
		return "", model.ErrInvalidIPAddressSpecified("address")
	}
	switch {
	case port == 0:
		port = openFlowPort
	case port < 0 || port > 65535:
		return "", model.ErrValueNotSupported("port", port, "a port is between 1 and 65535")
	}
	return store.Insert(tx, &model.SDNController{Protocol: protocol, Address: address, Port: port}), nil
}

// Forget leaves the switches to themselves.
func (s *SDNControllers) Forget(c *rpc.Call, self sdnRef) error {
	return s.change(c, func(tx *store.Tx) error { return store.Delete(tx, self) })
}

// SetVswitchController is the old way to name the controller; an empty address
// means none.
func (s *Pools) SetVswitchController(c *rpc.Call, address string) error {
	return s.change(c, func(tx *store.Tx) error {
		for ref := range store.All[model.SDNController](tx) {
			if err := store.Delete(tx, ref); err != nil {
				return err
			}
		}
		if address != "" {
			if _, err := control(tx, model.SDNControllerProtocolSSL, address, 0); err != nil {
				return err
			}
		}
		for ref := range store.All[model.Pool](tx) {
			e, err := store.Edit(tx, ref)
			if err != nil {
				return err
			}
			e.VswitchController = address
		}
		return nil
	})
}
