package pool

import (
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
)

// TakeVotes leaves this master the only voter: a commit then waits for its
// disk alone. Those who are down lose their votes first, as each step needs
// most of the votes that are left.
func (s *Service) TakeVotes() error {
	var others []string
	for _, m := range s.DB.Members() {
		if m.Voter && m.ID != s.DB.Self() {
			others = append(others, m.ID)
		}
	}
	r := s.DB.View()
	up := func(uuid string) int {
		ref, _ := store.ByUUID[model.Host](r, uuid)
		if h, ok := store.Find(r, ref); ok {
			if ops.Alive(r, h) {
				return 1
			}
		}
		return 0
	}
	slices.SortStableFunc(others, func(a, b string) int { return up(a) - up(b) })
	for _, id := range others {
		if err := s.DB.TakeVote(id); err != nil {
			return err
		}
	}
	return nil
}

// giveVote gives a member that is in service its vote, if the pool has HA.
func (s *Service) giveVote(uuid string) error {
	if !s.Local.Get().Armed {
		return nil
	}
	for _, m := range s.DB.Members() {
		if m.ID == uuid && m.Voter {
			return nil
		}
	}
	return s.DB.AddVoter(uuid)
}
