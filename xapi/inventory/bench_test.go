package inventory_test

import (
	"testing"
	"time"

	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/inventory"
	"github.com/xapid/xapid/xapi/ops"
)

// BenchmarkFill makes up 10,000 machines on 32 hosts.
func BenchmarkFill(b *testing.B) {
	for b.Loop() {
		db, err := store.Open(store.Options{Derive: ops.Derive, Seed: func(tx *store.Tx) error {
			return inventory.Fill(tx, inventory.Options{
				Now: time.Unix(1_800_000_000, 0).UTC(), HostUUID: "3a1b7a3e-0000-4000-8000-000000000001", ControlDomainUUID: "3a1b7a3e-0000-4000-8000-000000000002", Hostname: "one", Address: "127.0.0.1",
				Hosts: 32, VMs: 10_000, Seed: "bench",
			})
		}})
		if err != nil {
			b.Fatal(err)
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
