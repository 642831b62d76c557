package hookline

// Failing is a destination some of whose attempts failed lately.
type Failing struct {
	DestinationID string
	Name          string
	Failures      int    // deliveries whose last attempt failed: retrying and given up
	Reason        string // of the latest one
	Status        int    // what that was answered; 0: nothing
}
