package pool

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/peer"
)

// This file has the checks of what joiner and pool must have alike.

// theirManagement is the master's management interface.
func (j *joining) theirManagement() theirPIF {
	pifs, err := peer.Ask[map[string]theirPIF](j.remote, "PIF.get_all_records")
	if err != nil {
		return theirPIF{VLAN: -1}
	}
	for _, p := range pifs {
		if p.Management && p.Host == j.theirs.Master {
			return p
		}
	}
	return theirPIF{VLAN: -1}
}

func (j *joining) sameManagementVLAN() error {
	mine, theirs := j.management().VLAN, j.theirManagement().VLAN
	if mine != theirs {
		return model.ErrPoolJoiningHostManagementVLANDoesNotMatch(mine, theirs)
	}
	return nil
}

func (j *joining) sameAuth() error {
	if j.host.ExternalAuthType != j.master.AuthType || !strings.EqualFold(j.host.ExternalAuthServiceName, j.master.AuthService) {
		return model.ErrPoolJoiningExternalAuthMismatch()
	}
	return nil
}

func (j *joining) sameAuthBoston() error {
	if j.host.ExternalAuthServiceName != j.master.AuthService {
		return model.ErrPoolJoiningExternalAuthMismatch()
	}
	return j.sameAuth()
}

// rank orders the editions of the release.
func (j *joining) rank(edition string) int { return licence.Rank(j.Release, edition) }

// lowestEdition is the least of the other pool's, and whether all hosts, this
// one included, have the same.
func (j *joining) lowestEdition() (edition string, same bool) {
	same = true
	for i, h := range slices.Collect(maps.Values(j.hosts)) {
		if i == 0 || j.rank(h.Edition) < j.rank(edition) {
			edition = h.Edition
		}
		same = same && h.Edition == j.host.Edition
	}
	return edition, same
}

func (j *joining) sameEdition() error {
	lowest, same := j.lowestEdition()
	if same {
		return nil
	}
	for _, e := range []string{j.host.Edition, lowest} {
		if licence.FindEdition(j.Release, e) == nil {
			return model.ErrLicenseHostPoolMismatch(e)
		}
	}
	if j.rank(j.host.Edition) != j.rank(lowest) {
		return model.ErrLicenseHostPoolMismatch(fmt.Sprintf("host edition = %q", j.host.Edition), fmt.Sprintf("pool edition = %q", lowest))
	}
	return nil
}

func (j *joining) sameEditionBoston() error {
	if lowest, same := j.lowestEdition(); !same && j.rank(j.host.Edition) != j.rank(lowest) {
		return model.ErrLicenceRestriction()
	}
	return nil
}

func (j *joining) sameBackend() error {
	if differ(j.host.SoftwareVersion, j.master.SoftwareVersion, "network_backend") {
		return model.ErrOperationNotAllowed("Network backends differ")
	}
	return nil
}

func (j *joining) sameController() error {
	mine := store.Len[model.SDNController](j.r)
	theirs, err := peer.Ask[map[string]any](j.remote, "SDN_controller.get_all_records")
	if err == nil && mine > 0 && len(theirs) == 0 {
		return model.ErrOperationNotAllowed("SDN controller differs")
	}
	return nil
}

func (j *joining) sameSwitchBoston() error {
	if c := j.pool.VswitchController; c != "" && c != j.theirs.VswitchController {
		return model.ErrOperationNotAllowed("vswitch controller address differs")
	}
	return j.sameBackend()
}

func (j *joining) sameAPI() error {
	mine := fmt.Sprintf("%d.%d", j.host.APIVersionMajor, j.host.APIVersionMinor)
	theirs := fmt.Sprintf("%d.%d", j.master.APIMajor, j.master.APIMinor)
	if mine != theirs {
		return model.ErrPoolJoiningHostMustHaveSameAPIVersion(mine, theirs)
	}
	return nil
}

func (j *joining) sameSchema() error {
	mine, theirs := j.host.SoftwareVersion["db_schema"], j.master.SoftwareVersion["db_schema"]
	if mine == "" || mine != theirs {
		return model.ErrPoolJoiningHostMustHaveSameDBSchema(mine, theirs)
	}
	return nil
}

// updates are those of a host that every member must have, by uuid.
func (j *joining) sameUpdates() error {
	var mine, theirs []string
	for _, u := range j.host.Updates {
		if p, ok := store.Find(j.r, u); ok && p.EnforceHomogeneity {
			mine = append(mine, p.UUID)
		}
	}
	type update struct {
		UUID        string   `json:"uuid"`
		Homogeneous bool     `json:"enforce_homogeneity"`
		Hosts       []string `json:"hosts"`
	}
	if j.Release.Before("ely") {
		return nil // patches, which it does not look at
	}
	list, err := peer.Ask[map[string]update](j.remote, "pool_update.get_all_records")
	if err != nil {
		return err
	}
	for _, u := range list {
		if u.Homogeneous && slices.Contains(u.Hosts, j.theirs.Master) {
			theirs = append(theirs, u.UUID)
		}
	}
	slices.Sort(mine)
	slices.Sort(theirs)
	if !slices.Equal(mine, theirs) {
		return model.ErrHostsNotHomogeneous(fmt.Sprintf("Updates on local host %s and pool host %s differ", j.host.NameLabel, j.master.NameLabel))
	}
	return nil
}

func (j *joining) sameAddressType() error {
	if theirs := j.theirManagement(); theirs.AddressType != "" && string(j.management().PrimaryAddressType) != theirs.AddressType {
		return model.ErrOperationNotAllowed("Primary address type differs")
	}
	return nil
}

func (j *joining) samePurposes() error {
	all := map[string]bool{}
	for _, n := range store.All[model.Network](j.r) {
		for _, p := range n.Purpose {
			all[string(p)] = true
		}
	}
	networks, err := peer.Ask[map[string]theirNetwork](j.remote, "network.get_all_records")
	if err != nil {
		return joinError(err)
	}
	for _, n := range networks {
		for _, p := range n.Purpose {
			all[p] = true
		}
	}
	if all["nbd"] && all["insecure_nbd"] {
		return model.ErrOperationNotAllowed("Incompatible network purposes: nbd and insecure_nbd")
	}
	return nil
}

func (j *joining) sameTLS() error {
	if j.pool.TLSVerificationEnabled != j.theirs.TLSVerificationEnabled {
		return model.ErrPoolJoiningHostTLSVerificationMismatch()
	}
	return nil
}

// sameDrivers: this host's storage drivers must do what the pool's do.
func (j *joining) sameDrivers() error {
	drivers, err := peer.Ask[map[string]theirSM](j.remote, "SM.get_all_records")
	if err != nil {
		return joinError(err)
	}
	for _, ref := range slices.Sorted(maps.Keys(drivers)) {
		theirs := drivers[ref]
		var mine []model.Ref[model.SM]
		for r, sm := range store.All[model.SM](j.r) {
			if sm.Type == theirs.Type {
				mine = append(mine, r)
			}
		}
		if len(mine) != 1 {
			return model.ErrPoolJoiningSMFeaturesIncompatible(ref, "")
		}
		sm, _ := store.Find(j.r, mine[0])
		for f, v := range theirs.Features {
			if sm.Features[f] < v {
				return model.ErrPoolJoiningSMFeaturesIncompatible(ref, mine[0])
			}
		}
	}
	return nil
}

func (j *joining) sameProduct() error {
	if differ(j.host.SoftwareVersion, j.master.SoftwareVersion, "product_version") {
		return model.ErrPoolJoiningHostMustHaveSameProductVersion()
	}
	return nil
}
