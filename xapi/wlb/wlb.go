// Package wlb handles what is about a workload balancer. None can be reached
// from an emulated pool; a pool that was read from elsewhere may have one on
// paper.
package wlb

import (
	"net"
	"net/url"
	"strconv"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/rpc"
)

// Pools handles the messages of the class pool that are about the balancer.
type Pools struct{ DB *store.DB }

// InitializeWLB introduces the pool and a balancer to each other:
// LICENCE_RESTRICTION [WLB], WLB_URL_INVALID [url], WLB_CONNECTION_REFUSED.
func (s Pools) InitializeWLB(c *rpc.Call, wlbURL, wlbUsername, wlbPassword, xenserverUsername, xenserverPassword string) error {
	if err := licence.Require(s.DB.View(), licence.WLB); err != nil {
		return err
	}
	if !address(wlbURL) {
		return model.ErrWLBURLInvalid(wlbURL)
	}
	return model.ErrWLBConnectionRefused()
}

// address tells whether a text is a host with a port.
func address(text string) bool {
	host, port, err := net.SplitHostPort(text)
	if err != nil || host == "" {
		return false
	}
	if _, err := url.Parse("https://" + text); err != nil {
		return false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}

// DeconfigureWLB forgets the balancer.
func (s Pools) DeconfigureWLB(c *rpc.Call) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		for ref := range store.All[model.Pool](tx) {
			p, err := store.Edit(tx, ref)
			if err != nil {
				return err
			}
			if _, ok := store.Find(tx, p.WLBPassword); ok {
				if err := store.Delete(tx, p.WLBPassword); err != nil {
					return err
				}
			}
			p.WLBURL, p.WLBUsername, p.WLBPassword, p.WLBEnabled = "", "", model.NullRef, false
		}
		return nil
	})
}

// ask fails: WLB_NOT_INITIALIZED if the pool has no balancer, WLB_DISABLED if it
// does not listen to it, WLB_CONNECTION_REFUSED else.
func ask(r store.Reader) error {
	for _, p := range store.All[model.Pool](r) {
		switch {
		case p.WLBURL == "":
			return model.ErrWLBNotInitialized()
		case !p.WLBEnabled:
			return model.ErrWLBDisabled()
		}
	}
	return model.ErrWLBConnectionRefused()
}

// SendWLBConfiguration tells the balancer how to weigh.
func (s Pools) SendWLBConfiguration(c *rpc.Call, config map[string]string) error {
	return ask(s.DB.View())
}

// RetrieveWLBConfiguration is how the balancer weighs.
func (s Pools) RetrieveWLBConfiguration(c *rpc.Call) (map[string]string, error) {
	return nil, ask(s.DB.View())
}

// RetrieveWLBRecommendations is what the balancer would move.
func (s Pools) RetrieveWLBRecommendations(c *rpc.Call) (map[model.Ref[model.VM]][]string, error) {
	return nil, ask(s.DB.View())
}

// Hosts handles the message of the class host that is about the balancer.
type Hosts struct{ DB *store.DB }

// RetrieveWLBEvacuateRecommendations is where the balancer would move a host's
// VMs.
func (s Hosts) RetrieveWLBEvacuateRecommendations(c *rpc.Call, self model.Ref[model.Host]) (map[model.Ref[model.VM]][]string, error) {
	if _, err := store.Get(s.DB.View(), self); err != nil {
		return nil, err
	}
	return nil, ask(s.DB.View())
}
