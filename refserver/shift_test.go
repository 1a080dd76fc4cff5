package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// subjectPrefix tells this shift's requests from the demonstration's.
const subjectPrefix = "強制中斷測試"

// shift are people at work over HTTP, and what they were answered.
type shift struct {
	testing.TB
	tokens map[string]string // by login; they outlive the server's process

	mu       sync.Mutex
	answers  []answered
	open     []*asked // sent, and not answered
	signed   map[string]bool
	handled  map[string]bool
	uploads  map[string]string // content by digest
	opened   int
	unknown  int // requests whose answer was lost
	next     int
	enough   chan struct{}
	limit    int
	finished bool
}

// asked is a request under a key of its own.
type asked struct {
	login, method, path, key string
	body                     any // JSON, or a file to be read once
	then                     func(receipt map[string]any)
}

// answered is a request and the answer it got.
type answered struct {
	*asked
	id       string
	revision float64
}

func newShift(p *process) *shift {
	s := &shift{TB: p.TB, tokens: map[string]string{}, signed: map[string]bool{}, handled: map[string]bool{}, uploads: map[string]string{}}
	for _, login := range []string{"qh150013", "qh150012", "qh110005"} {
		s.tokens[login] = p.token(login, demoPassword)
	}
	return s
}

// ask sends a request; an error says that the server is gone, or that it refused.
func (s *shift) ask(p *process, a *asked) (map[string]any, error) {
	var body io.Reader
	kind := "application/json"
	switch b := a.body.(type) {
	case nil:
	case io.Reader:
		body, kind = b, "application/octet-stream"
	case []byte:
		body = bytes.NewReader(b)
	}
	request, err := http.NewRequest(a.method, p.url+"/api/v1"+a.path, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", kind)
	request.Header.Set("Authorization", "Bearer "+s.tokens[a.login])
	if a.key != "" {
		request.Header.Set("Idempotency-Key", a.key)
		request.Header.Set("If-Match", "*")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, errGone
	}
	raw, err := io.ReadAll(response.Body)
	if cerr := response.Body.Close(); err != nil || cerr != nil {
		return nil, errGone
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		return nil, fmt.Errorf("%s %s: %d %s", a.method, a.path, response.StatusCode, raw)
	}
	if response.StatusCode/100 != 2 {
		return nil, fmt.Errorf("%s %s: %d %s", a.method, a.path, response.StatusCode, raw)
	}
	return out, nil
}

func (s *shift) json(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		s.Error(err)
	}
	return b
}

var errGone = errors.New("the server is gone")

// do sends a request that changes a case, and notes what became of it.
func (s *shift) do(p *process, a *asked) (string, error) {
	s.mu.Lock()
	if !slices.Contains(s.open, a) {
		s.open = append(s.open, a)
	}
	s.mu.Unlock()
	receipt, err := s.ask(p, a)
	if err != nil {
		return "", err
	}
	return s.note(a, receipt), nil
}

// note: it is answered.
func (s *shift) note(a *asked, receipt map[string]any) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = slices.DeleteFunc(s.open, func(o *asked) bool { return o == a })
	id, _ := receipt["case"].(string)
	revision, _ := receipt["revision"].(float64)
	s.answers = append(s.answers, answered{asked: a, id: id, revision: revision})
	if a.then != nil {
		a.then(receipt)
	}
	if len(s.answers) >= s.limit && !s.finished {
		s.finished = true
		close(s.enough)
	}
	return id
}

// number is one that no other request of the shift has.
func (s *shift) number() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	return s.next
}

// work lets everybody work until so many more requests were answered, and kills the
// server among them.
func (s *shift) work(p *process, more int) {
	s.Helper()
	s.mu.Lock()
	s.enough, s.finished, s.limit = make(chan struct{}), false, len(s.answers)+more
	s.mu.Unlock()
	var all sync.WaitGroup
	work := func(what func(*process) error) {
		all.Go(func() {
			for {
				if err := what(p); errors.Is(err, errGone) {
					return
				} else if err != nil {
					s.Error(err)
					return
				}
			}
		})
	}
	work(s.requests)
	work(s.requests)
	work(s.signs)
	work(s.handles)
	half := &cutBody{half: strings.NewReader(strings.Repeat("半", 300_000)), dead: make(chan struct{})}
	all.Go(func() {
		_, err := s.ask(p, &asked{login: "qh150013", method: "POST", path: "/files?name=half.txt", body: half})
		if !errors.Is(err, errGone) {
			s.Errorf("an upload that never came to its end: %v", err)
		}
	})
	select {
	case <-s.enough:
	case <-time.After(time.Minute):
		s.Error("too few requests are answered")
	}
	p.Kill()
	close(half.dead)
	all.Wait()
	http.DefaultClient.CloseIdleConnections()
}

// cutBody is half a file; the rest does not come before the server is dead.
type cutBody struct {
	half io.Reader
	dead chan struct{}
}

// Read implements io.Reader.
func (c *cutBody) Read(b []byte) (int, error) {
	n, err := c.half.Read(b)
	if err == io.EOF {
		<-c.dead
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// requests uploads a file, begins a draft with it, saves the draft and sends it.
func (s *shift) requests(p *process) error {
	n := s.number()
	content := fmt.Sprintf("第 %d 件的到職通知\n%s", n, strings.Repeat("x", n%7*10_000))
	file, err := s.ask(p, &asked{login: "qh150013", method: "POST", path: "/files?name=a.txt", body: strings.NewReader(content)})
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.uploads[file["digest"].(string)] = content
	s.mu.Unlock()
	values := map[string]any{"subject": fmt.Sprintf("%s第 %d 件", subjectPrefix, n), "op": "add", "reason": "業務需要", "attachments": []any{file}}
	key := fmt.Sprintf("request-%d", n)
	id, err := s.do(p, &asked{
		login: "qh150013", method: "POST", path: "/cases", key: key + "-open", body: s.json(map[string]any{"type": "account_request", "values": values}),
		then: func(map[string]any) { s.opened++ },
	})
	if err != nil {
		return err
	}
	values["lines"] = []any{map[string]any{
		"system": map[string]any{"id": "S01"}, "permission": []string{"folder_write"}, "purpose": "辦理業務所需", "account": fmt.Sprintf("qh%06d", n),
		"account_user": map[string]any{"kind": "person", "id": "P13"}, "responsible": map[string]any{"kind": "person", "id": "P13"},
		"period": map[string]any{"from": "2030-11-23", "to": "2031-11-22"},
	}}
	if _, err := s.do(p, &asked{login: "qh150013", method: "PUT", path: "/cases/" + id + "/draft", key: key + "-save", body: s.json(map[string]any{"values": values})}); err != nil {
		return err
	}
	_, err = s.do(p, &asked{login: "qh150013", method: "POST", path: "/cases/" + id + "/actions", key: key + "-send", body: s.json(map[string]any{"verb": "submit"})})
	return err
}

// signs signs what has come to a head who is on leave, as his deputy.
func (s *shift) signs(p *process) error {
	return s.each(p, "qh150012", "account_request", s.signed, func(task map[string]any) map[string]any {
		action := map[string]any{"verb": "approve", "comment": "確有業務需要"}
		if absent, ok := task["for"].(map[string]any); ok {
			action["for"] = absent["person"]
		}
		return action
	})
}

// handles records that a permission was given.
func (s *shift) handles(p *process) error {
	return s.each(p, "qh110005", "account_request_row", s.handled, func(map[string]any) map[string]any {
		return map[string]any{"verb": "record", "result": "opened", "values": map[string]any{"result_note": "已開通"}}
	})
}

// each acts once on every case of the shift that is on somebody's list.
func (s *shift) each(p *process, login, typ string, done map[string]bool, action func(task map[string]any) map[string]any) error {
	list, err := s.ask(p, &asked{login: login, method: "GET", path: "/tasks?limit=200&type=" + typ})
	if err != nil {
		return err
	}
	acted := false
	for _, item := range list["items"].([]any) {
		task := item.(map[string]any)
		id, _ := task["case"].(string)
		subject, _ := task["subject"].(string)
		s.mu.Lock()
		skip := done[id] || !strings.Contains(subject, subjectPrefix)
		s.mu.Unlock()
		if skip {
			continue
		}
		acted = true
		if _, err := s.do(p, &asked{
			login: login, method: "POST", path: "/cases/" + id + "/actions", key: typ + "-" + id, body: s.json(action(task)),
			then: func(map[string]any) { done[id] = true },
		}); err != nil {
			return err
		}
	}
	if !acted {
		select { // until something has come
		case <-s.enough:
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}

// resume asks again, under its key, what was not answered, and some of what was; then
// everything that was ever answered must be there.
func (s *shift) resume(p *process) {
	s.Helper()
	s.mu.Lock()
	open, answers := slices.Clone(s.open), slices.Clone(s.answers)
	s.mu.Unlock()
	s.Logf("%d answered, %d not", len(answers), len(open))
	s.unknown += len(open)
	for _, a := range open {
		if _, err := s.do(p, a); err != nil {
			s.Errorf("asked again: %v", err)
		}
	}
	for _, a := range answers[max(0, len(answers)-10):] {
		again, err := s.ask(p, a.asked)
		if err != nil || again["case"] != a.id || again["revision"] != a.revision || again["repeated"] != true {
			s.Errorf("%s %s was answered with %s at %v, and again with %v, %v", a.method, a.path, a.id, a.revision, again, err)
		}
	}
	latest := map[string]float64{}
	for _, a := range answers {
		latest[a.id] = max(latest[a.id], a.revision)
	}
	for id, revision := range latest {
		s.whole(p, id, revision)
	}
}

// whole: a case is as far as it was acknowledged, its trail has every step of it and
// holds, and its files are what was uploaded.
func (s *shift) whole(p *process, id string, revision float64) {
	s.Helper()
	login := "qh150013"
	c, err := s.ask(p, &asked{login: login, method: "GET", path: "/cases/" + id})
	if err != nil || c["revision"].(float64) < revision || c["verified"] != true {
		s.Errorf("%s, acknowledged at %v: %v, verified %v, %v", id, revision, c["revision"], c["verified"], err)
		return
	}
	trail, err := s.ask(p, &asked{login: login, method: "GET", path: "/cases/" + id + "/trail"})
	if err != nil || trail["verified"] != true {
		s.Errorf("the trail of %s at %v: %v, %v", id, revision, trail["faults"], err)
		return
	}
	entries := trail["entries"].([]any)
	at := func(i int) float64 { return entries[i].(map[string]any)["revision"].(float64) }
	if n := len(entries); n > 0 && at(n-1) < c["revision"].(float64) {
		s.Errorf("the trail of %s at %v ends with revision %v", id, c["revision"], at(n-1))
	}
	for i := range entries { // a draft leaves none; from then on each step has one, those too that came since the case was read
		if want := at(len(entries)-1) - float64(len(entries)-1-i); at(i) != want {
			s.Errorf("entry %d of %s at %v tells of revision %v instead of %v", i, id, c["revision"], at(i), want)
		}
	}
	if sent := c["phase"] != "draft"; sent != (len(entries) > 0) {
		s.Errorf("%s is %v, with %d entries", id, c["phase"], len(entries))
	}
	for _, f := range c["files"].([]any) {
		digest := f.(map[string]any)["digest"].(string)
		got := s.download(p, login, "/cases/"+id+"/files/"+digest)
		if sum := sha256.Sum256(got); hex.EncodeToString(sum[:]) != digest || string(got) != s.uploads[digest] {
			s.Errorf("%s names a file that is not what was uploaded: %d bytes", id, len(got))
		}
	}
}

func (s *shift) download(p *process, login, path string) []byte {
	s.Helper()
	request, err := http.NewRequestWithContext(context.Background(), "GET", p.url+"/api/v1"+path, nil)
	if err != nil {
		s.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.tokens[login])
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.Fatal(err)
	}
	b, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil || response.StatusCode != http.StatusOK {
		s.Errorf("%s: %d, %v", path, response.StatusCode, err)
	}
	return b
}

// oneMore request goes its way after all of that, its row opened by the queue.
func (s *shift) oneMore(p *process) {
	s.Helper()
	s.mu.Lock()
	s.enough, s.finished, s.limit = make(chan struct{}), false, len(s.answers)+1_000_000
	handled := len(s.handled)
	s.mu.Unlock()
	err := s.requests(p)
	for deadline := time.Now().Add(30 * time.Second); err == nil && len(s.handled) == handled; {
		err = errors.Join(s.signs(p), s.handles(p))
		if time.Now().After(deadline) {
			err = errors.New("the queue opened no row")
		}
	}
	if err != nil {
		s.Error(err)
	}
}
