package directory

import (
	"slices"
	"time"
)

// holder describes a person by his main post of that moment.
func (s *snapshot) holder(id string, at time.Time) (Holder, bool) {
	p, known := s.people[id]
	if !known {
		return Holder{}, false
	}
	if p.External {
		return Holder{Person: p.ID, Name: p.Name, Unit: p.Unit, UnitName: p.Org, External: true}, true
	}
	if post, ok := s.mainPost(p, at); ok {
		return s.throughPost(p, post), true
	}
	return Holder{Person: p.ID, Name: p.Name, Unit: p.Unit, UnitName: s.units[p.Unit].Name}, true
}

// mainPost is the post a person is called by: the one the list of people names,
// if he holds it, else the first he holds that isn't concurrent, else any.
func (s *snapshot) mainPost(p Person, at time.Time) (Post, bool) {
	held := s.held(p.ID, at)
	if len(held) == 0 {
		return Post{}, false
	}
	if i := slices.IndexFunc(held, func(post Post) bool { return post.ID == p.Post }); i >= 0 {
		return held[i], true
	}
	if i := slices.IndexFunc(held, func(post Post) bool { return !post.Concurrent }); i >= 0 {
		return held[i], true
	}
	return held[0], true
}

// held returns the posts a person holds at a moment, by id.
func (s *snapshot) held(person string, at time.Time) []Post {
	var out []Post
	for _, id := range s.postsOf[person] {
		p := s.posts[id]
		if within(p.From, p.To, at) && slices.ContainsFunc(p.Holders, func(t Tenure) bool { return t.Person == person && within(t.From, t.To, at) }) {
			out = append(out, p)
		}
	}
	return out
}

// worksIn says whether a person works in a unit, or in one that has taken it over: a
// unit that is merged or divided moves nobody. One post there is enough.
func (s *snapshot) worksIn(p Person, unit string, at time.Time) bool {
	units := []string{unit}
	for i := 0; i < len(units); i++ {
		if u := s.units[units[i]]; u.Ended(at) {
			for _, next := range u.Successors {
				if !slices.Contains(units, next) {
					units = append(units, next)
				}
			}
		}
	}
	held := s.held(p.ID, at)
	if len(held) == 0 {
		return slices.Contains(units, p.Unit)
	}
	return slices.ContainsFunc(held, func(post Post) bool { return slices.Contains(units, post.Unit) })
}

func (s *snapshot) throughPost(p Person, post Post) Holder {
	return Holder{Person: p.ID, Name: p.Name, Post: post.ID, PostTitle: post.Title, Unit: post.Unit, UnitName: s.units[post.Unit].Name}
}

// holdersOf returns those who hold a post and are in the house.
func (s *snapshot) holdersOf(post Post, at time.Time) []Holder {
	if !within(post.From, post.To, at) {
		return nil
	}
	var out []Holder
	for _, t := range post.Holders {
		p, known := s.people[t.Person]
		if known && within(t.From, t.To, at) && p.Active(at) {
			out = add(out, s.throughPost(p, post))
		}
	}
	return out
}

// members returns those whom tenures name, people and holders of posts alike.
func (s *snapshot) members(tenures []Tenure, at time.Time) []Holder {
	var out []Holder
	for _, t := range tenures {
		if !within(t.From, t.To, at) {
			continue
		}
		out = add(out, s.named(t.Person, at)...)
		if post, known := s.posts[t.Post]; known {
			out = add(out, s.holdersOf(post, at)...)
		}
	}
	return out
}

// named returns the person with an id, or those who hold the post with it.
func (s *snapshot) named(id string, at time.Time) []Holder {
	if p, known := s.people[id]; known {
		if !p.Active(at) {
			return nil
		}
		h, _ := s.holder(id, at)
		return []Holder{h}
	}
	if post, known := s.posts[id]; known {
		return s.holdersOf(post, at)
	}
	return nil
}

// add appends holders whose person isn't there yet.
func add(list []Holder, more ...Holder) []Holder {
	for _, h := range more {
		if !slices.ContainsFunc(list, func(old Holder) bool { return old.Person == h.Person }) {
			list = append(list, h)
		}
	}
	return list
}
