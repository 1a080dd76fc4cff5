package workflow

// readState reads what Encode wrote.
func readState(b []byte) (State, error) {
	s := newScanner(b)
	var st State
	s.object(func(key string) bool {
		switch key {
		case "flow":
			st.Flow = s.text()
		case "phase":
			st.Phase = Phase(s.text())
		case "outcome":
			st.Outcome = Outcome(s.text())
		case "round":
			st.Round = s.count()
		case "applicant":
			st.Applicant = s.signer()
		case "submitted":
			st.Submitted = s.moment()
		case "closed":
			st.Closed = s.moment()
		case "returned":
			st.Returned = s.returned()
		case "marks":
			st.Marks = make([]Mark, 0, 8)
			s.array(func() { st.Marks = append(st.Marks, s.mark()) })
		case "tasks":
			st.Tasks = make([]Task, 0, 8)
			s.array(func() { st.Tasks = append(st.Tasks, s.task()) })
		case "next":
			st.Next = s.count()
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

// UnmarshalJSON reads a state without a flow to hold it against; prefer
// Compiled.Parse.
func (s *State) UnmarshalJSON(b []byte) error {
	st, err := readState(b)
	if err == nil {
		*s = st
	}
	return err
}

func (s *scanner) signer() (out Signer) {
	s.object(func(key string) bool {
		switch key {
		case "person":
			out.Person = s.text()
		case "name":
			out.Name = s.text()
		case "post":
			out.Post = s.text()
		case "post_title":
			out.PostTitle = s.text()
		case "unit":
			out.Unit = s.text()
		case "unit_name":
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
		case "step":
			out.Step = s.text()
		case "task":
			out.Task = s.text()
		case "by":
			out.By = s.signer()
		case "for":
			out.For = s.signerAt()
		case "reason":
			out.Reason = s.text()
		case "at":
			out.At = s.moment()
		case "back":
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
		case "node":
			out.Node = s.text()
		case "status":
			out.Status = MarkStatus(s.text())
		case "since":
			out.Since = s.moment()
		case "from":
			out.From = s.count()
		case "need":
			out.Need = s.count()
		case "take":
			out.Take = s.count()
		case "batch":
			out.Batch = s.text()
		case "rows":
			out.Rows = s.count()
		case "opened":
			out.Opened = s.count()
		case "result":
			out.Result = s.text()
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
		case "id":
			out.ID = s.text()
		case "step":
			out.Step = s.text()
		case "kind":
			out.Kind = Kind(s.text())
		case "round":
			out.Round = s.count()
		case "pass":
			out.Pass = s.count()
		case "status":
			out.Status = TaskStatus(s.text())
		case "holder":
			out.Holder = s.holder()
		case "alternative":
			out.Alternative = s.count()
		case "why":
			out.Why = map[string]string{}
			s.object(func(k string) bool { out.Why[k] = s.text(); return true })
		case "opened":
			out.Opened = s.moment()
		case "closed":
			out.Closed = s.moment()
		case "due":
			out.Due = s.moment()
		case "due_date":
			out.DueDate = s.text()
		case "verb":
			out.Verb = Verb(s.text())
		case "result":
			out.Result = s.text()
		case "comment":
			out.Comment = s.text()
		case "by":
			out.By = s.signerAt()
		case "for":
			out.For = s.signerAt()
		case "outside":
			out.Outside = s.outside()
		default:
			return false
		}
		return true
	})
	return out
}

func (s *scanner) holder() (out Holder) {
	s.object(func(key string) bool {
		switch key {
		case "named":
			s.array(func() { out.Named = append(out.Named, s.signer()) })
		case "pool":
			out.Pool = s.text()
		default:
			return false
		}
		return true
	})
	return out
}

func (s *scanner) outside() *OutsideNote {
	var out OutsideNote
	s.object(func(key string) bool {
		switch key {
		case "to":
			out.To = s.text()
		case "how":
			out.How = s.text()
		case "number":
			out.Number = s.text()
		case "sent":
			out.Sent = s.moment()
		case "expected":
			out.Expected = s.moment()
		case "expected_date":
			out.ExpectedDate = s.text()
		case "text":
			out.Text = s.text()
		case "replied":
			out.Replied = s.moment()
		case "reply_number":
			out.ReplyNumber = s.text()
		case "reply":
			out.Reply = s.text()
		case "proof":
			s.array(func() { out.Proof = append(out.Proof, s.text()) })
		default:
			return false
		}
		return true
	})
	return &out
}
