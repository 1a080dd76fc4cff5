package browsertest

import (
	"time"
	"unicode"
)

// Effort is what somebody does with his hands at a page.
type Effort struct {
	Clicks int // on links, buttons and choices
	Fields int // pointed at and typed into: the hand goes to the keyboard and back
	Keys   int // pressed there
	Pages  int // that a click led to
}

// Times of the keystroke-level model (Card, Moran, Newell: The Keystroke-Level Model for
// User Performance Time with Interactive Systems, 1980), for an average typist.
const (
	timeKey   = 280 * time.Millisecond
	timePoint = 1100 * time.Millisecond
	timePress = 200 * time.Millisecond
	timeMove  = 400 * time.Millisecond
	timeMind  = 1350 * time.Millisecond // of making up one's mind what to do, before each click
	timePage  = 500 * time.Millisecond  // until the page can be read
)

// keysOfHan is how many keys a Chinese character takes in phonetic input: two or three
// signs and the tone; a choice among its homophones is made for several at once. A mark
// such as 「，」 has a key of its own.
const keysOfHan = 4

// Time is how long somebody takes for it who knows what to do and errs nowhere.
func (e Effort) Time() time.Duration {
	return time.Duration(e.Clicks)*(timeMind+timePoint+timePress) +
		time.Duration(e.Fields)*(timePoint+timePress+2*timeMove) +
		time.Duration(e.Keys)*timeKey + time.Duration(e.Pages)*timePage
}

// Effort is what was done at the page so far with clicks and keys; addresses that the test
// opens itself are not in it.
func (p *Page) Effort() Effort { return p.effort }

// pressed counts the keys of what is typed; the keys that write nothing take one.
func (p *Page) pressed(text string) {
	for _, r := range text {
		p.effort.Keys++
		if unicode.Is(unicode.Han, r) {
			p.effort.Keys += keysOfHan - 1
		}
	}
}
