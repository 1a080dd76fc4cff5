package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// registerNotices puts the page of 通知 on a mux.
func (p *Pages) registerNotices(mux *http.ServeMux) {
	mux.HandleFunc("GET /notices", p.notices)
	mux.HandleFunc("POST /notices/read", p.readNotices)
}

// noticesPerPage is how many messages one page lists beside the unread ones.
const noticesPerPage = 30

// noticesPage is the model of notices.html.
type noticesPage struct {
	Tabs    []listTab
	Mails   bool // the mails, as they were sent, and not the notices
	Unread  []notice
	Count   string // of the unread ones
	Earlier []notice
	Older   string
	Newest  string
	Foreign bool // messages stand in another language than the page
	Unsent  bool // no mail leaves this system
}

// notice is a message in the words it was sent.
type notice struct {
	ID, Subject string
	Lines       []string
	About       string // the case, where the words sent name none
	Rule        string
	Urgent      bool
	Told        time.Time
	Due         time.Time
	Mailed      time.Time
	Unsent      string // why it leaves by no mail any more
	Read        time.Time
	Gone        bool   // what it asked for has been done
	Again       string // how often the same was told before and not read
	Href        string
}

// ruleTexts name the rules that send messages.
var ruleTexts = map[string]string{
	"opened": "notices.opened", "before": "notices.before", "on_day": "notices.on_day", "overdue": "notices.overdue",
	"escalate": "notices.escalate", "reply": "notices.reply", "suspended": "notices.suspended", "returned": "notices.returned",
	"closed": "notices.closed", "acted": "notices.acted", "digest": "notices.digest",
	"dead": "notices.dead", "calendar": "notices.calendar", "back": "notices.back", "urged": "notices.urged", "chased": "notices.chased", "chased_up": "notices.chased", "copied": "notices.copied",
	"extended": "notices.extended", "refused": "notices.refused", "filled": "notices.filled",
	"oral": "notices.oral", "late_form": "notices.late_form", "late_form_up": "notices.late_form_up", "unsent": "notices.draft", "redated": "notices.redated",
	"stuck": "notices.stuck", "passed": "notices.passed", "passed_off": "notices.passed_off", "taken_away": "notices.taken_away", "clock_stopped": "notices.clock", "clock_resumed": "notices.clock",
	"handed_over": "notices.handed_over", "close_login": "notices.close_login", "deputy_left": "notices.deputy_left", "deputy_changed": "notices.deputy_changed", "unreserved": "notices.unreserved", "not_handed": "notices.not_handed", "owed_left": "notices.owed_left", "post_wanted": "notices.post_wanted", "unattended": "notices.unattended", "stopped": "notices.stopped", "stopped_cases": "notices.stopped", "withdrawn": "notices.withdrawn", "number_void": "notices.number_void", "on_paper": "notices.on_paper", "to_print": "notices.to_print", "loan_ended": "notices.loan_ended", "review": "notices.review",
}

var noticeKindsOf = map[bool][]string{
	false: {ismskit.MessageAction, ismskit.MessageRead},
	true:  {ismskit.MessageMail},
}

func (p *Pages) notices(w http.ResponseWriter, r *http.Request) {
	mails := r.URL.Query().Get("tab") == "mail"
	sent, err := p.kit.Queue().Mails(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := noticesPage{Mails: mails, Unsent: !sent, Foreign: p.lang(r) != DefaultLanguage, Tabs: []listTab{
		{Text: p.text(r, "notices.title"), Href: "/notices", Current: !mails},
		{Text: p.text(r, "notices.mails"), Href: "/notices?tab=mail", Current: mails},
	}}
	at, id := keyset(r)
	inbox := func(f ismskit.NoticeFilter) ([]ismskit.Told, error) {
		f.Kinds = noticeKindsOf[mails]
		return p.kit.Queue().Inbox(r.Context(), p.actor(r), f)
	}
	var unread []ismskit.Told
	if !mails && at.IsZero() {
		unread, err = inbox(ismskit.NoticeFilter{Unread: true, Limit: noticesCounted + 1})
	}
	var told []ismskit.Told
	if err == nil {
		told, err = inbox(ismskit.NoticeFilter{After: at, AfterID: id, Limit: noticesPerPage + 1})
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	more := len(unread) > noticesCounted
	unread = unread[:min(len(unread), noticesCounted)]
	page.Count = p.numbered(r, p.text(r, "notices.unread", "N", len(unread)), more)
	for _, m := range unread {
		page.Unread = append(page.Unread, p.notice(r, m))
	}
	if len(told) > noticesPerPage {
		told = told[:noticesPerPage]
		end := told[len(told)-1]
		page.Older = address("/notices", "tab", r.URL.Query().Get("tab")) + joiner(mails) + keysetQuery(end.Created, end.ID)
	}
	if !at.IsZero() {
		page.Newest = address("/notices", "tab", r.URL.Query().Get("tab"))
	}
	for _, m := range told {
		if !slices.ContainsFunc(unread, func(u ismskit.Told) bool { return u.ID == m.ID }) {
			page.Earlier = append(page.Earlier, p.notice(r, m))
		}
	}
	p.page(w, r, "notices", page)
}

func joiner(more bool) string {
	if more {
		return "&"
	}
	return "?"
}

// ruleName is what a rule that sends messages is called.
func (p *Pages) ruleName(r *http.Request, rule string) string {
	if key, ok := ruleTexts[rule]; ok {
		return p.text(r, key)
	}
	return rule
}

// rulePages are where something can be done about what is told of no case.
var rulePages = map[string]string{"deputy_left": "/deputies", "deputy_changed": "/deputies", "unreserved": "/systems"}

func (p *Pages) notice(r *http.Request, m ismskit.Told) notice {
	n := notice{
		ID: m.ID, Subject: m.Subject, Urgent: m.Urgent, Told: m.Created, Due: m.Due, Mailed: m.Mailed, Read: m.Message.Read,
		Gone: !m.Gone.IsZero(), Rule: p.ruleName(r, m.Rule),
	}
	if m.About != "" && !strings.Contains(m.Subject, m.About) {
		n.About = p.subject(r, m.About, m.AboutIn)
	}
	switch {
	case m.GivenUp:
		n.Unsent = p.text(r, "notices.given_up")
	case m.NoAddress:
		n.Unsent = p.text(r, "notices.no_address")
	}
	for line := range strings.SplitSeq(m.Body, "\n") {
		n.Lines = append(n.Lines, line)
	}
	if m.Again > 0 {
		n.Again = p.text(r, "notices.again", "N", m.Again, "At", p.moment(r, m.First))
	}
	n.Href = rulePages[m.Rule]
	if m.Case != "" {
		n.Href = "/cases/" + m.Case
	} else if strings.HasPrefix(m.Link, "documents/") {
		n.Href = "/" + m.Link
	}
	if n.Due.Sub(n.Told).Abs() < time.Minute {
		n.Due = time.Time{} // told when it was due: one moment suffices
	}
	return n
}

func (p *Pages) readNotices(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	ids := r.PostForm["id"]
	if len(ids) > 0 {
		if err := p.kit.Queue().Read(r.Context(), p.actor(r), ids...); err != nil {
			p.fail(w, r, err)
			return
		}
	}
	p.done(w, r, "/notices", p.text(r, "notices.marked", "N", len(ids)))
}
