export default function Page() {
  return <a href="/sidekiq">Jobs</a>;
}
