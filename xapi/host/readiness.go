package host

import (
	"archive/tar"
	"bytes"
	"encoding/base64"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// CheckUpdateReadiness lists what keeps the pool from being updated, each as
// code and parameters: HA, hosts that are away and, if they are to reboot, VMs
// that cannot leave theirs.
func (s Settings) CheckUpdateReadiness(c *rpc.Call, self model.Ref[model.Pool], requiresReboot bool) ([][]string, error) {
	r := s.Hosts.DB.View()
	p, err := store.Get(r, self)
	if err != nil {
		return nil, err
	}
	var found [][]string
	if p.HAEnabled {
		found = append(found, []string{model.ErrHAIsEnabled().Code})
	}
	for ref, h := range store.All[model.Host](r) {
		if !ops.Alive(r, h) {
			found = append(found, []string{"HOST_OFFLINE", string(ref)})
			continue
		}
		if !requiresReboot {
			continue
		}
		e, err := s.Hosts.plan(r, ref)
		if err != nil {
			return nil, err
		}
		for _, vm := range guests(r, h) {
			if why := e.errors[vm]; why != nil {
				found = append(found, append([]string{why.Code}, why.Params...))
			}
		}
	}
	return found, nil
}

// GetGuestSecurebootReadiness tells whether guests could boot securely: with
// the certificates that the pool has of its own, or with those that it came
// with.
func (s Settings) GetGuestSecurebootReadiness(c *rpc.Call, self model.Ref[model.Pool]) (model.PoolGuestSecurebootReadiness, error) {
	p, err := store.Get(s.Hosts.DB.View(), self)
	if err != nil {
		return "", err
	}
	text := p.CustomUEFICertificates
	if text == "" {
		text = p.UEFICertificates
	}
	have := members(text)
	switch {
	case !have["PK.auth"] || !have["KEK.auth"] || !have["db.auth"]:
		return model.PoolGuestSecurebootReadinessNotReady, nil
	case !have["dbx.auth"]:
		return model.PoolGuestSecurebootReadinessReadyNoDbx, nil
	}
	return model.PoolGuestSecurebootReadinessReady, nil
}

// members names the files of an archive of certificates, as far as it can be
// read.
func members(text string) map[string]bool {
	names := map[string]bool{}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return names
	}
	archive := tar.NewReader(bytes.NewReader(raw))
	for {
		h, err := archive.Next()
		if err != nil { // the end, or no archive
			return names
		}
		names[h.Name] = true
	}
}
