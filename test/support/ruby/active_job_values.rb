# ActiveJob's own serialization, asked for single values: what Ruby writes for one, and what it reads of ours.
require "json"
require "active_job"
require "active_support/all"
require "active_support/time"
require "global_id"

ActiveJob::Base.logger = nil
Time.zone = "America/New_York"
GlobalID.app = "crm"

class Contact
  include GlobalID::Identification
  attr_reader :id

  def self.find(id)
    new(id)
  end

  def initialize(id)
    @id = id.to_s
  end

  def ==(other)
    other.is_a?(Contact) && id == other.id
  end

  def inspect
    "#<Contact #{id}>"
  end
end

module Interop
  # What a class and `inspect` do not tell: the form of a hash, and the nanoseconds of a time.
  def self.told(value)
    case value
    when Hash
      kind = Hash.ruby2_keywords_hash?(value) ? "keywords" : value.class.name
      "#{kind} {#{value.map { |key, inner| "#{key.inspect}: #{told(inner)}" }.join(", ")}}"
    when Array then "[#{value.map { |inner| told(inner) }.join(", ")}]"
    when Range then "Range #{told(value.begin)} #{value.exclude_end? ? "..." : ".."} #{told(value.end)}"
    when ActiveSupport::TimeWithZone then "TimeWithZone #{value.iso8601(9)} #{value.time_zone.name}"
    when Time, DateTime then "#{value.class} #{value.iso8601(9)}"
    when ActiveSupport::Duration then "Duration #{value.value} #{value.parts.to_a}"
    when BigDecimal then "BigDecimal #{value.to_s("F")}"
    else "#{value.class} #{value.inspect}"
    end
  end

  # One argument of ours.
  def self.read(json)
    told(ActiveJob::Arguments.deserialize(JSON.parse(json)).first)
  rescue ActiveJob::DeserializationError => error
    "#{error.class}: #{error.message}"
  end

  # One argument of Ruby's.
  def self.write(expression)
    JSON.generate(ActiveJob::Arguments.serialize([eval(expression)]))
  rescue ActiveJob::SerializationError => error
    "#{error.class}: #{error.message}"
  end
end
