package hookline

// WithoutInside gives attempts as somebody may see them who is no administrator:
// what a receiver on an inside network answered is left out. Whoever may edit an
// action could otherwise read what only the inside should.
func WithoutInside(attempts []Attempt) []Attempt {
	shown := make([]Attempt, len(attempts))
	for i, a := range attempts {
		if a.Timings.Inside && a.Status != 0 {
			a.AnswerHeaders, a.Answer, a.AnswerTooLarge, a.AnswerHidden = nil, nil, false, true
		}
		shown[i] = a
	}
	return shown
}
