# What the dead jobs had missed; then those of TypeScript are retried, by Ruby.
Contact.create!(id: 1001, name: "Late")
User.create!(id: 1002, name: "Dan", email: "dan@example.com", role: "Support")
puts "retried #{DeadJobs.retry_all("ImportContactsJob")}"
