bind ENV.fetch("BIND", "tcp://127.0.0.1:3000")
threads 1, 5
environment ENV.fetch("RAILS_ENV", "development")
