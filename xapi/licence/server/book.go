package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/local"
)

// book knows who holds which licence. It is kept in a file, which is written
// before anybody is told of a change.
type book struct {
	licences *Licences
	clock    emu.Clock
	path     string

	mu    sync.Mutex
	holds map[string]Grant // by the host's uuid
}

func openBook(l *Licences, clock emu.Clock, path string) (*book, error) {
	b := &book{licences: l, clock: clock, path: path, holds: map[string]Grant{}}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &b.holds)
	}
	if err == nil && b.holds == nil {
		err = errors.New("it says nothing")
	}
	if err != nil {
		return nil, fmt.Errorf("%s, where the server notes who holds what: %w", path, err)
	}
	return b, nil
}

// checkout gives a host a licence, or prolongs the lease of the one it has.
func (b *book) checkout(host, edition string) (*Grant, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now().UTC().Truncate(time.Second)
	b.sweep(now)
	stock, known := b.licences.Editions[edition]
	used := 0
	for h, g := range b.holds {
		if g.Edition == edition && h != host {
			used++
		}
	}
	mine, have := b.holds[host]
	switch {
	case !known:
		return nil, &Refusal{NotAvailable, "this server has no licences of the edition " + edition}
	case !stock.Expires.IsZero() && !now.Before(stock.Expires):
		return nil, &Refusal{EditionExpired, "this server's licences of the edition " + edition + " have expired"}
	case used >= stock.Count && mine.Edition != edition:
		return nil, &Refusal{NotAvailable, fmt.Sprintf("all %d licences of the edition %s are in use", stock.Count, edition)}
	}
	g := Grant{Edition: edition, Serial: mine.Serial, Expires: stock.Expires, Lease: now.Add(b.licences.Lease), Renew: renewal(b.licences.Lease)}
	if mine.Edition != edition {
		g.Serial = uuid.NewString()
	}
	b.holds[host] = g
	if err := b.save(); err != nil {
		if b.holds[host] = mine; !have {
			delete(b.holds, host)
		}
		return nil, err
	}
	return &g, nil
}

// renewal is after how many seconds a host should ask again, to have time for a
// second attempt.
func renewal(lease time.Duration) int64 { return max(1, int64(lease.Seconds()/2)) }

// release takes back what a host holds, if anything.
func (b *book) release(host string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	mine, have := b.holds[host]
	if !have {
		return nil
	}
	delete(b.holds, host)
	if err := b.save(); err != nil {
		b.holds[host] = mine
		return err
	}
	return nil
}

// sweep ends the leases that nobody has prolonged.
func (b *book) sweep(now time.Time) {
	for host, g := range b.holds {
		if !now.Before(g.Lease) {
			delete(b.holds, host)
		}
	}
}

func (b *book) save() error {
	raw, err := json.MarshalIndent(b.holds, "", "  ")
	if err != nil {
		return err
	}
	return local.WriteFile(b.path, append(raw, '\n'))
}
