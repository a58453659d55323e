package pool

// TakeVotes leaves a master without HA the only voter: a commit then waits for
// its disk alone.
func (s *Service) TakeVotes() error {
	if s.Local.Get().Armed {
		return nil
	}
	for _, m := range s.DB.Members() {
		if m.Voter && m.ID != s.DB.Self() {
			if err := s.DB.TakeVote(m.ID); err != nil {
				return err
			}
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
