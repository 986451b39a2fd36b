package html

// campaignPart is what the page of a campaign has beside that of a run.
type campaignPart struct{}

// job is the first job of a campaign in which something was seen.
type job struct{ ID, Again string }
