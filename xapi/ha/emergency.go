package ha

import (
	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/local"
	"github.com/xapid/xapid/xapi/rpc"
)

// Hosts are the messages of the class host that are about HA.
type Hosts struct{ HA *Service }

// EmergencyHADisable takes HA off this host alone: HA_NOT_ENABLED. It is for
// hosts that have lost the others for good, and comes before
// pool.emergency_transition_to_master. soft leaves HA to come back with the
// next start of the toolstack.
func (s Hosts) EmergencyHADisable(c *rpc.Call, soft bool) error {
	if !s.HA.Local.Get().Armed {
		if soft {
			return nil
		}
		return model.ErrHANotEnabled()
	}
	if soft {
		return nil
	}
	s.HA.Log.Warn("HA is taken off this host by force", zap.String("host", s.HA.Net.Self))
	leads := s.HA.DB.Leads()
	return s.HA.Local.Change(func(k *local.Kept) {
		k.Armed = false
		if !leads && k.Role == local.Master {
			k.Role = local.SlaveOf("") // whose, an operator will say
		}
	})
}

// HAXapiHealthcheck tells that the toolstack answers.
func (s Hosts) HAXapiHealthcheck(c *rpc.Call) (bool, error) { return true, nil }
