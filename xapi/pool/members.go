package pool

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/cpu"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/hypervisor"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/local"
	"github.com/xapid/xapid/xapi/peer"
	"github.com/xapid/xapid/xapi/rpc"
)

// This file is the master's side of a member's life: it says hello, learns
// what it is to copy, reports what it is, and from then on beats.

const playerKey = hypervisor.PlayerKey

// KeepDisabled is the key of host.other_config that marks a host which its next
// start shall not enable.
const KeepDisabled = "xapid:disabled_until_enabled"

// IsSlave tells whether this host, whichever host is asked about, is a slave.
func (s *Service) IsSlave(c *rpc.Call, host model.Ref[model.Host]) (bool, error) {
	k := s.Local.Get()
	if k.Armed { // who was the master need not be it any more
		master, _, _ := s.Standing.Get()
		return !master, nil
	}
	return k.Role != local.Master, nil
}

// InitialAuth tells a joining host the pool secret.
func (s *Service) InitialAuth(c *rpc.Call) (string, error) { return s.Certs.PoolSecret(), nil }

// Hello takes note of a member whose toolstack has started: unknown_host if it
// is none of the pool's, cannot_talk_back if it does not answer at the address
// that it gives.
func (s *Service) Hello(c *rpc.Call, hostUUID, hostAddress string) (model.HelloReturn, error) {
	if _, ok := store.ByUUID[model.Host](s.DB.View(), hostUUID); !ok {
		return model.HelloReturnUnknownHost, nil
	}
	if err := s.talkBack(c.Ctx, hostUUID, hostAddress); err != nil {
		s.Log.Debug("a member does not answer", zap.String("host", hostUUID), zap.String("address", hostAddress), zap.Error(err))
		return model.HelloReturnCannotTalkBack, nil
	}
	err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		ref, ok := store.ByUUID[model.Host](tx, hostUUID)
		if !ok {
			return nil
		}
		h, err := store.Edit(tx, ref)
		if err != nil {
			return err
		}
		h.Enabled = false
		if h.Address != hostAddress {
			h.Address = hostAddress
			if err := MoveConsoles(tx, h); err != nil {
				return err
			}
		}
		return s.setLive(tx, h, true)
	})
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.beats == nil {
		s.beats = map[string]time.Time{}
	}
	s.beats[hostUUID] = s.Steady.Now()
	if s.cleanly == nil {
		s.cleanly = map[string]bool{}
	}
	s.cleanly[hostUUID] = s.leaving[hostUUID]
	delete(s.leaving, hostUUID)
	return model.HelloReturnOk, nil
}

// talkBack asks a member that says hello whether it is a slave.
func (s *Service) talkBack(ctx context.Context, uuid, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	api, err := s.Net.Verified(ctx, address, uuid)
	if err != nil {
		return err
	}
	defer api.Close()
	if err := api.LoginLocally(s.Certs.PoolSecret()); err != nil {
		return err
	}
	slave, err := peer.Ask[bool](api, "pool.is_slave", string(model.NullRef))
	if err == nil && !slave {
		err = errors.New("it says that it is a master")
	}
	return err
}

func (s *Service) setLive(tx *store.Tx, h *model.Host, live bool) error {
	m, err := store.Edit(tx, h.Metrics)
	if err != nil {
		return err
	}
	m.Live = live
	if live {
		m.LastUpdated = s.now()
	}
	return nil
}

// welcome is what a member learns that has said hello.
type welcome struct {
	Lineage peer.Lineage `json:"lineage"`
	Master  string       `json:"master"` // uuid
	// Index is how far the member's copy has to come.
	Index uint64 `json:"index"`
	// Certificates are those of all members, PEM by uuid.
	Certificates map[string]string `json:"certificates"`
	// Libraries are what operators have installed, by kind and name.
	Libraries    map[string]map[string]string `json:"libraries"`
	Armed        bool                         `json:"armed"`
	RootPassword string                       `json:"root_password"`
}

// Arrival is what a member tells before it is in service.
type Arrival struct {
	Hostname string      `json:"hostname"`
	Booted   bool        `json:"booted"` // the host, not only its toolstack
	CPUMask  string      `json:"cpu_mask,omitempty"`
	Release  string      `json:"release"` // its code name; "" if it is not known
	Found    []emu.Found `json:"found"`
}

type report struct {
	VM    string `json:"vm"`
	Domid int64  `json:"domid"`
}

// Serve answers the other members.
func (s *Service) Serve() {
	peer.Handle(s.Net, "welcome", s.welcome)
	peer.Handle(s.Net, "ready", s.ready)
	peer.Handle(s.Net, "beat", s.beat)
	peer.Handle(s.Net, "agent", func(_ context.Context, _ string, r report) (struct{}, error) {
		if !s.DB.Leads() {
			return struct{}{}, store.ErrNotLeader
		}
		s.Machines.AgentReports(r.VM, r.Domid)
		return struct{}{}, nil
	})
	peer.Handle(s.Net, "session", func(_ context.Context, _ string, ref string) (bool, error) {
		_, ok := store.Find(s.DB.View(), model.Ref[model.Session](ref))
		return ok, nil
	})
	s.serveStanding()
	s.serveJoin()
	s.serveChange()
	s.serveEject()
	s.serveCPU()
	s.servePower()
	s.serveCertificates()
}

func (s *Service) welcome(ctx context.Context, from string, theirs peer.Lineage) (welcome, error) {
	if !s.DB.Leads() {
		return welcome{}, store.ErrNotLeader
	}
	mine := s.lineage()
	if mine == theirs && !s.DB.HasMember(from) {
		if err := s.DB.AddMember(from); err != nil {
			return welcome{}, err
		}
	}
	k := s.Local.Get()
	w := welcome{Lineage: mine, Master: k.InstallationUUID, Index: s.DB.Index(), Certificates: s.Certs.Members(), Armed: k.Armed, RootPassword: k.RootPassword, Libraries: s.shelves()}
	own, err := s.ownCertificate()
	w.Certificates[k.InstallationUUID] = own
	return w, err
}

// ready puts a member into service: its VMs are what its domains say, its
// storage is plugged, and it takes new VMs.
func (s *Service) ready(ctx context.Context, from string, a Arrival) (strays []model.Ref[model.VM], err error) {
	err = s.DB.Update(ctx, func(tx *store.Tx) error {
		ref, ok := store.ByUUID[model.Host](tx, from)
		if !ok {
			return model.ErrHostUnknownToMaster(from)
		}
		if strays, err = s.Arrive(tx, ref, a); err != nil {
			return err
		}
		if _, p := The(tx); a.Booted && p.HAEnabled && !s.wentCleanly(from) {
			s.Messages.Raise(tx, "HA_HOST_WAS_FENCED", model.ClsHost, from, "")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.Log.Info("a member is in service", zap.String("host", from))
	return strays, s.giveVote(from)
}

// wentCleanly tells whether a host had said that it goes down.
func (s *Service) wentCleanly(uuid string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cleanly[uuid]
}

// Arrive writes what is to be seen of a host whose toolstack has started.
func (s *Service) Arrive(tx *store.Tx, ref model.Ref[model.Host], a Arrival) ([]model.Ref[model.VM], error) {
	h, err := store.Edit(tx, ref)
	if err != nil {
		return nil, err
	}
	if r, err := model.FindRelease(a.Release); err == nil && a.Release != "" {
		r.Describe(h) // it may have been upgraded
	}
	now := s.now()
	h.Hostname = a.Hostname
	if h.OtherConfig == nil {
		h.OtherConfig = map[string]string{}
	}
	h.OtherConfig["agent_start_time"] = fmt.Sprintf("%d.", now.Unix())
	if a.Booted {
		h.OtherConfig["boot_time"] = fmt.Sprintf("%d.", now.Unix())
		h.CPUInfo = cpu.Booted(h.CPUInfo, bootMask(h, a))
	}
	strays, err := s.Machines.Domains(tx, ref, a.Found)
	if err != nil {
		return nil, err
	}
	if err := plugShared(tx, ref, h); err != nil {
		return nil, err
	}
	if err := copyLayout(tx, ref); err != nil {
		return nil, err
	}
	if err := s.setLive(tx, h, true); err != nil {
		return nil, err
	}
	h.Enabled = h.OtherConfig[KeepDisabled] == ""
	for task, op := range h.CurrentOperations {
		if op == model.HostAllowedOperationsShutdown {
			delete(h.CurrentOperations, task)
		}
	}
	s.relevel(tx)
	return strays, licence.Recompute(tx)
}

// plugShared gives a host a PBD for every shared SR that the master has one
// for, and plugs all that the host has.
func plugShared(tx *store.Tx, ref model.Ref[model.Host], h *model.Host) error {
	_, p := The(tx)
	for srRef, sr := range store.All[model.SR](tx) {
		if !sr.Shared {
			continue
		}
		var config map[string]string
		have := false
		for _, b := range sr.PBDs {
			pbd, ok := store.Find(tx, b)
			if !ok {
				continue
			}
			have = have || pbd.Host == ref
			if pbd.Host == p.Master {
				config = map[string]string{}
				for k, v := range pbd.DeviceConfig {
					if k != "SRmaster" {
						config[k] = v
					}
				}
			}
		}
		if !have && config != nil {
			store.Insert(tx, &model.PBD{Host: ref, SR: srRef, DeviceConfig: config})
		}
	}
	for b, pbd := range store.All[model.PBD](tx) {
		if pbd.Host != ref || pbd.CurrentlyAttached {
			continue
		}
		e, err := store.Edit(tx, b)
		if err != nil {
			return err
		}
		e.CurrentlyAttached = true
	}
	return nil
}

// MoveConsoles points the consoles of a host's machines to its new address.
func MoveConsoles(tx *store.Tx, h *model.Host) error {
	for _, vmRef := range h.ResidentVMs {
		vm, ok := store.Find(tx, vmRef)
		if !ok {
			continue
		}
		for _, ref := range vm.Consoles {
			c, err := store.Edit(tx, ref)
			if err != nil {
				return err
			}
			query := "uuid=" + c.UUID
			if vm.IsControlDomain {
				query = "ref=" + string(ref)
			}
			c.Location = "https://" + h.Address + "/console?" + query
		}
	}
	return nil
}
