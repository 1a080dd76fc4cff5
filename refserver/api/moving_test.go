package api_test

import "testing"

// TestWhoComesBeforeTheQueueHasGoneOn: the last row has ended and the request is about to
// go on: whose turn is next is told to try again, not that the task is somebody else's.
func TestWhoComesBeforeTheQueueHasGoneOn(t *testing.T) {
	everywhere(t, func(s *server) {
		id := s.sent("qh150013", line("S01", "folder_write", "P13", "qh150013"))
		s.act("qh150012", id, object{"verb": "approve", "for": "P11"}).want(200)
		row := s.call("qh150013", "GET", "/cases/"+id, nil).want(200).text("rows", 0, "id")
		confirm := func() answer {
			return s.call("qh150013", "POST", "/cases/"+id+"/actions", object{"verb": "approve"}, "If-Match", s.etag("qh150013", id))
		}
		confirm().refused(403, "not_assigned")
		s.call("qh110005", "POST", "/cases/"+row+"/actions", object{"verb": "record", "result": "opened", "values": object{"given_account": "qh150013"}}, "If-Match", "*").want(200)
		confirm().refused(409, "moving_on")
		s.settle()
		confirm().want(200)
	})
}
