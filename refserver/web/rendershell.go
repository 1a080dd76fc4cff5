package web

import (
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Shell is what surrounds every page: who, where, what waits. The host's
// function of RendererOptions fills it once per page; the Renderer adds the
// language, the theme and the address.
type Shell struct {
	Agency string // the organisation's name
	System string // this system's name, as the organisation calls it
	Seal   string // one character for the mark beside the name
	Foot   string // the line at the bottom: whom to ask

	// Person is empty when nobody is signed in; then there is no navigation.
	Person, Unit, Post string
	OwnHref            string // the viewer's own page; "" hides the link
	ActingFor          []Acting
	Nav                []NavGroup
	Notices            int    // unread
	MoreNotices        bool   // and more than those
	NoticesHref        string // "" hides the link
	DeputyHref         string // 設定代理; "" hides the link
	Flash              string // what the last action did, shown once
	Now                time.Time
	Demo               bool // show the demonstration's time

	// Set by the Renderer.
	Lang      string
	Theme     string // "light", "dark" or "" for the system's
	Languages []LangLink
	Here      string // of the answer to a sent form: the page that the form was on
	// Form is the id of the form that the choice of a language is sent with, "" where it is
	// a link. Enter in a field presses the first button of a form: so layout.html gives it a
	// hidden one before them that draws it anew (do=refresh), as a host's own has to.
	Form string
}

// Acting is one person in whose place the viewer acts at the moment.
type Acting struct {
	Name  string
	Until calendar.Date // last day, zero when open
	Href  string
}

// NavGroup is a group of links of the side navigation.
type NavGroup struct {
	Label string // key of a text
	Items []NavItem
}

// NavItem is one link. A count of zero isn't shown.
type NavItem struct {
	Label   string // key of a text
	Href    string // from the pages' root, such as "/todo"
	Count   int
	More    bool // and more than those
	Current bool // this page, or the list it belongs to
}

// LangLink leads to the same page in another language.
type LangLink struct {
	Lang    string
	Name    string // in that language
	Href    string
	Current bool
}

// langNames are the names of languages in themselves.
var langNames = map[string]string{"zh-TW": "中文", "en": "English", "zh-CN": "简体中文"}
