package forms

import "strings"

// sort puts fields and columns into an order in which each comes after those its ShowIf and Compute read, and reports
// circles. A table as a whole comes after its own ShowIf's fields; what reads the table comes after all its columns.
func (f *Form) sort(r Report) {
	s := sorter{form: f, state: map[*field]int{}, r: r}
	for _, fl := range f.fields {
		s.visit(fl)
		for _, column := range fl.columns {
			s.visit(column)
		}
	}
	f.order = s.out
}

type sorter struct {
	form  *Form
	state map[*field]int // 1 while its own needs are visited, 2 when done
	path  []string
	out   []*field
	r     Report
}

func (s *sorter) visit(fl *field) {
	switch s.state[fl] {
	case 1:
		s.circle(fl)
		return
	case 2:
		return
	}
	s.state[fl] = 1
	s.path = append(s.path, fl.path)
	if fl.table != nil {
		s.visit(fl.table)
	}
	for _, program := range [...]*Program{fl.show, fl.compute} {
		if program != nil {
			s.needs(program)
		}
	}
	s.path = s.path[:len(s.path)-1]
	s.state[fl] = 2
	s.out = append(s.out, fl)
}

func (s *sorter) needs(p *Program) {
	for _, path := range p.deps {
		needed := s.form.find(path)
		s.visit(needed)
		for _, column := range needed.columns {
			s.visit(column)
		}
	}
}

func (s *sorter) circle(fl *field) {
	from := 0
	for i, path := range s.path {
		if path == fl.path {
			from = i
		}
	}
	circle := append(append([]string{}, s.path[from:]...), fl.path)
	Report{fl.at, s.r.into}.Problem("circle", "fields", strings.Join(circle, " → "))
}
