# Three processes and a dozen threads write one SQLite. The waiting that `timeout` of database.yml asks for keeps Ruby's
# lock, so that the thread which holds the database cannot go on: we wait in Ruby instead, for 30 seconds at most.
module PatientSqlite
  private

  def configure_connection
    super
    execute("PRAGMA journal_mode = WAL")
    execute("PRAGMA synchronous = NORMAL")
    (@raw_connection || @connection).busy_handler do |tries|
      sleep 0.01
      tries < 3000
    end
  end
end

ActiveSupport.on_load(:active_record_sqlite3adapter) { prepend PatientSqlite }
