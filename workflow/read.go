package workflow

// usualShare is how many bytes of a state there are for each task, and for each mark: a guess
// from which lists begin that then mostly need not grow.
const usualShare = 450

// readState reads what Encode wrote.
func readState(b []byte) (State, error) {
	s := newScanner(b)
	var st State
	s.object(func(key string) bool {
		switch key {
		case "f":
			st.Flow = s.text()
		case "p":
			st.Phase = Phase(s.text())
		case "o":
			st.Outcome = Outcome(s.text())
		case "r":
			st.Round = s.count()
		case "a":
			st.Applicant = s.signer()
		case "s":
			st.Submitted = s.moment()
		case "c":
			st.Closed = s.moment()
		case "e":
			st.Ending = Outcome(s.text())
		case "b":
			st.Returned = s.returned()
		case "m":
			st.Marks = make([]Mark, 0, 1+len(b)/usualShare)
			s.array(func() { st.Marks = append(st.Marks, s.mark()) })
		case "t":
			st.Tasks = make([]Task, 0, 1+len(b)/usualShare)
			s.array(func() { st.Tasks = append(st.Tasks, s.task()) })
		case "n":
			st.Next = s.count()
		case "h":
			s.array(func() { st.Chosen = append(st.Chosen, s.chosen()) })
		case "k":
			s.array(func() { st.Copies = append(st.Copies, s.copy()) })
		case "l":
			s.array(func() { st.Stops = append(st.Stops, s.stop()) })
		case "u":
			st.Urged = s.moment()
		default:
			return false
		}
		return true
	})
	s.end()
	if s.bad != "" {
		return State{}, refuse(ErrState, "", "what", s.bad)
	}
	return st, nil
}

func (s *scanner) signer() (out Signer) {
	s.object(func(key string) bool {
		switch key {
		case "p":
			out.Person = s.text()
		case "n":
			out.Name = s.text()
		case "o":
			out.Post = s.text()
		case "t":
			out.PostTitle = s.text()
		case "u":
			out.Unit = s.text()
		case "v":
			out.UnitName = s.text()
		default:
			return false
		}
		return true
	})
	return out
}

func (s *scanner) signerAt() *Signer {
	out := s.signer()
	return &out
}

func (s *scanner) returned() *Returned {
	var out Returned
	s.object(func(key string) bool {
		switch key {
		case "s":
			out.Step = s.text()
		case "t":
			out.Task = s.text()
		case "b":
			out.By = s.signer()
		case "f":
			out.For = s.signerAt()
		case "r":
			out.Reason = s.text()
		case "a":
			out.At = s.moment()
		case "k":
			out.Back = s.flag()
		default:
			return false
		}
		return true
	})
	return &out
}

func (s *scanner) mark() (out Mark) {
	s.object(func(key string) bool {
		switch key {
		case "n":
			out.Node = s.text()
		case "s":
			out.Status = MarkStatus(s.text())
		case "a":
			out.Since = s.moment()
		case "f":
			out.From = s.count()
		case "d":
			out.Need = s.count()
		case "k":
			out.Take = s.count()
		case "b":
			out.Batch = s.text()
		case "r":
			out.Rows = s.count()
		case "o":
			out.Opened = s.count()
		case "e":
			out.Result = s.text()
		case "q":
			out.Queue = s.people()
		case "w":
			out.Way = s.count()
		default:
			return false
		}
		return true
	})
	return out
}

func (s *scanner) task() (out Task) {
	s.object(func(key string) bool {
		switch key {
		case "i":
			out.ID = s.text()
		case "s":
			out.Step = s.text()
		case "k":
			out.Kind = Kind(s.text())
		case "r":
			out.Round = s.count()
		case "p":
			out.Pass = s.count()
		case "t":
			out.Status = TaskStatus(s.text())
		case "h":
			s.array(func() { out.Holder.Named = append(out.Holder.Named, s.signer()) })
		case "l":
			out.Holder.Pool = s.text()
		case "a":
			out.Alternative = s.count()
		case "w":
			out.Why = map[string]string{}
			s.object(func(k string) bool { out.Why[k] = s.text(); return true })
		case "o":
			out.Opened = s.moment()
		case "c":
			out.Closed = s.moment()
		case "d":
			out.Due = s.moment()
		case "e":
			out.DueDate = s.text()
		case "v":
			out.Verb = Verb(s.text())
		case "u":
			out.Result = s.text()
		case "m":
			out.Comment = s.text()
		case "I":
			out.Owes = s.text()
		case "b":
			out.By = s.among(out.Holder.Named)
		case "f":
			out.For = s.among(out.Holder.Named)
		case "x":
			out.Outside = s.outside()
		case "g":
			out.Origin = Origin(s.text())
		case "j":
			out.From = s.text()
		case "n":
			out.Giver = s.signerAt()
		case "H":
			out.GivenFor = s.signerAt()
		case "q":
			out.Given = s.flag()
		case "E":
			out.Back = s.moment()
		case "y":
			out.Then = s.people()
		case "z":
			out.Claimed = s.signerAt()
		case "A":
			out.Appointed = s.signerAt()
		case "B":
			out.Alone = s.flag()
		case "C":
			out.Extended = s.count()
		case "F":
			out.Base = s.moment()
		case "G":
			out.Weight = s.count()
		case "J":
			out.Chase = s.chase()
		case "D":
			out.Extension = s.extension()
		default:
			return false
		}
		return true
	})
	return out
}

// among reads a signer, or his number among the holders, which come before him.
func (s *scanner) among(holders []Signer) *Signer {
	if s.space(); s.at < len(s.s) && s.s[s.at] == '{' {
		return s.signerAt()
	}
	n := s.count()
	if s.bad != "" || n < 1 || n > len(holders) {
		s.fail("number of a holder")
		return nil
	}
	who := holders[n-1]
	return &who
}

func (s *scanner) outside() *OutsideNote {
	var out OutsideNote
	s.object(func(key string) bool {
		switch key {
		case "t":
			out.To = s.text()
		case "h":
			out.How = s.text()
		case "n":
			out.Number = s.text()
		case "s":
			out.Sent = s.moment()
		case "e":
			out.Expected = s.moment()
		case "d":
			out.ExpectedDate = s.text()
		case "x":
			out.Text = s.text()
		case "r":
			out.Replied = s.moment()
		case "m":
			out.ReplyNumber = s.text()
		case "y":
			out.Reply = s.text()
		case "p":
			s.array(func() { out.Proof = append(out.Proof, s.text()) })
		case "u":
			out.Unasked = s.text()
		default:
			return false
		}
		return true
	})
	return &out
}

func (s *scanner) people() (out []Signer) {
	s.array(func() { out = append(out, s.signer()) })
	return out
}

func (s *scanner) chosen() (out Chosen) {
	s.object(func(key string) bool {
		switch key {
		case "s":
			out.Step = s.text()
		case "b":
			out.By = s.signer()
		case "p":
			out.Signers = s.people()
		default:
			return false
		}
		return true
	})
	return out
}

func (s *scanner) copy() (out Copy) {
	s.object(func(key string) bool {
		switch key {
		case "t":
			out.To = s.signer()
		case "b":
			out.By = s.signer()
		case "s":
			out.Step = s.text()
		case "a":
			out.At = s.moment()
		case "r":
			out.Read = s.moment()
		default:
			return false
		}
		return true
	})
	return out
}

func (s *scanner) stop() (out Stop) {
	s.object(func(key string) bool {
		switch key {
		case "f":
			out.From = s.moment()
		case "t":
			out.To = s.moment()
		case "b":
			out.By = s.signer()
		case "r":
			out.Reason = s.text()
		default:
			return false
		}
		return true
	})
	return out
}

func (s *scanner) chase() *Chase {
	var out Chase
	s.object(func(key string) bool {
		switch key {
		case "b":
			out.By = s.signer()
		case "a":
			out.At = s.moment()
		case "m":
			out.Comment = s.text()
		case "n":
			out.Times = s.count()
		default:
			return false
		}
		return true
	})
	return &out
}

func (s *scanner) extension() *Extension {
	var out Extension
	s.object(func(key string) bool {
		switch key {
		case "t":
			out.Term = s.text()
		case "d":
			out.Due = s.moment()
		case "e":
			out.DueDate = s.text()
		default:
			return false
		}
		return true
	})
	return &out
}
